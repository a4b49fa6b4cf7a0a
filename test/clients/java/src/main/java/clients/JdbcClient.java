package clients;

import com.pgvector.PGbit;
import com.pgvector.PGhalfvec;
import com.pgvector.PGsparsevec;
import com.pgvector.PGvector;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGResultSetMetaData;
import org.postgresql.core.Field;
import org.postgresql.util.PGobject;

/** The JDBC driver with the types of com.pgvector: text, and binary where it is told the types' OIDs. */
final class JdbcClient implements Client {
    private final Connection connection = DriverManager.getConnection(Client.url());

    JdbcClient() throws SQLException {}

    @Override
    public Description description() {
        return new Description("JDBC", List.of("postgresql", "pgvector"), "text, binary");
    }

    private static void register(Connection connection) throws SQLException {
        PGvector.registerTypes(connection);
        PGbit.registerType(connection);
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void extension() throws SQLException {
        execute("CREATE EXTENSION IF NOT EXISTS vector");
        register(connection);
    }

    @Override
    public List<String> migrate() throws SQLException {
        execute(CREATE_TABLE);
        execute(CREATE_INDEX);
        return List.of();
    }

    @Override
    public boolean reports() {
        return false;
    }

    @Override
    public void insert(List<Row> rows) throws SQLException {
        String insertion = "INSERT INTO items VALUES (?, ?, ?, ?, ?)";
        try (PreparedStatement statement = connection.prepareStatement(insertion)) {
            for (Row row : rows) {
                statement.setInt(1, row.id());
                statement.setObject(2, new PGvector(row.embedding()));
                statement.setObject(3, new PGhalfvec(row.half()));
                statement.setObject(4, new PGsparsevec(row.sparse()));
                statement.setObject(5, new PGbit(row.bits()));
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    private static PGobject asked(String column) throws SQLException {
        return switch (column) {
            case "embedding" -> new PGvector(ASKED.embedding());
            case "half" -> new PGhalfvec(ASKED.half());
            case "sparse" -> new PGsparsevec(ASKED.sparse());
            default -> new PGbit(ASKED.bits());
        };
    }

    @Override
    public List<Integer> nearest(String column, String operator) throws SQLException {
        List<Integer> ids = new ArrayList<>();
        String question = "SELECT id FROM items ORDER BY " + column + " " + operator + " ? LIMIT 5";
        try (PreparedStatement statement = connection.prepareStatement(question)) {
            statement.setObject(1, asked(column));
            ResultSet found = statement.executeQuery();
            while (found.next()) {
                ids.add(found.getInt(1));
            }
        }
        return ids;
    }

    @Override
    public List<Row> read() throws SQLException {
        return read(connection, Field.TEXT_FORMAT);
    }

    /** Fails if vectors come in another format than FORMAT. */
    private static List<Row> read(Connection from, int format) throws SQLException {
        List<Row> rows = new ArrayList<>();
        String question = "SELECT * FROM items ORDER BY id";
        try (PreparedStatement statement = from.prepareStatement(question);
                ResultSet found = statement.executeQuery()) {
            int came = ((PGResultSetMetaData) found.getMetaData()).getFormat(2);
            if (came != format) {
                throw new IllegalStateException("format " + came);
            }
            while (found.next()) {
                rows.add(new Row(found.getInt(1),
                    Client.floats(((PGvector) found.getObject(2)).toArray()),
                    Client.floats(((PGhalfvec) found.getObject(3)).toArray()),
                    Client.floats(((PGsparsevec) found.getObject(4)).toArray()),
                    ((PGbit) found.getObject(5)).getValue()));
            }
        }
        return rows;
    }

    private int oid(String type) throws SQLException {
        try (ResultSet found = connection.createStatement().executeQuery("SELECT '" + type + "'::regtype::oid::int")) {
            found.next();
            return found.getInt(1);
        }
    }

    /** By a connection that has `vector` and `sparsevec` in the binary format, both ways. */
    @Override
    public List<Float> binary() throws SQLException {
        String types = "&prepareThreshold=-1&binaryTransferEnable=" + oid("vector") + "," + oid("sparsevec");
        try (Connection binary = DriverManager.getConnection(Client.url() + types)) {
            register(binary);
            if (!read(binary, Field.BINARY_FORMAT).equals(ROWS)) {
                throw new IllegalStateException("read otherwise than as text");
            }
            String question = "SELECT ?::vector, ?::sparsevec::text, encode(vector_send(?), 'hex')";
            try (PreparedStatement statement = binary.prepareStatement(question)) {
                PGvector vector = new PGvector(Client.floats(1, 1, 2));
                statement.setObject(1, vector);
                statement.setObject(2, new PGsparsevec(Client.floats(0, 1, 2)));
                statement.setObject(3, vector);
                ResultSet found = statement.executeQuery();
                found.next();
                if (!found.getString(2).equals("{2:1,3:2}/3")
                        || !found.getString(3).equals("000300003f8000003f80000040000000")) {
                    throw new IllegalStateException(found.getString(2) + " " + found.getString(3));
                }
                return Client.floats(((PGvector) found.getObject(1)).toArray());
            }
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
