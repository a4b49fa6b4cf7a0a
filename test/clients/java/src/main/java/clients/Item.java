package clients;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.hibernate.annotations.Array;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.hibernate.vector.SparseFloatVector;

/** A row of the table `items` for Hibernate, whose bit strings are whole bytes. */
@Entity
@Table(name = "items")
class Item {
    @Id
    int id;

    @JdbcTypeCode(SqlTypes.VECTOR)
    @Array(length = 3)
    float[] embedding;

    @JdbcTypeCode(SqlTypes.VECTOR_FLOAT16)
    @Array(length = 3)
    float[] half;

    @JdbcTypeCode(SqlTypes.SPARSE_VECTOR_FLOAT32)
    @Array(length = 3)
    SparseFloatVector sparse;

    @JdbcTypeCode(SqlTypes.VECTOR_BINARY)
    @Array(length = 8)
    byte[] bits;

    Item() {}

    Item(Client.Row row) {
        id = row.id();
        embedding = Client.array(row.embedding());
        half = Client.array(row.half());
        sparse = new SparseFloatVector(row.sparse());
        bits = bytes(row.bits());
    }

    Client.Row row() {
        String text = Integer.toBinaryString(256 | bits[0] & 255).substring(1, 4);
        return new Client.Row(id, Client.floats(embedding), Client.floats(half),
            Client.floats(sparse.toDenseVector()), text);
    }

    /** Three bits, and five zeros that no distance takes notice of. */
    static byte[] bytes(String text) {
        return new byte[] {(byte) (Integer.parseInt(text, 2) << 5)};
    }
}
