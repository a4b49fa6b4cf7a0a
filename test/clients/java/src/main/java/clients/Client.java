package clients;

import java.util.ArrayList;
import java.util.List;

/** What every client is to do: the same table, the same rows, the same questions. */
interface Client extends AutoCloseable {
    record Row(int id, List<Float> embedding, List<Float> half, List<Float> sparse, String bits) {}

    /** The ids are in the order of their distance from [1,1,1], or from 101. */
    record Question(String column, String operator, List<Integer> ids) {}

    /** A line of the table of results; versions are those of the jars of these names. */
    record Description(String title, List<String> jars, String formats) {}

    List<Row> ROWS = List.of(
        new Row(1, floats(1, 1, 1), floats(1, 1, 1), floats(1, 1, 1), "000"),
        new Row(2, floats(2, 2, 3), floats(2, 2, 3), floats(2, 2, 3), "101"),
        new Row(3, floats(1, 1, 2), floats(1, 1, 2), floats(1, 1, 2), "111"));

    /** What the questions are about, in each type. */
    Row ASKED = new Row(0, floats(1, 1, 1), floats(1, 1, 1), floats(1, 1, 1), "101");

    String CREATE_TABLE = """
        CREATE TABLE IF NOT EXISTS items (
            id integer PRIMARY KEY, embedding vector(3), half halfvec(3), sparse sparsevec(3), bits bit(3))""";
    String CREATE_INDEX = """
        CREATE INDEX IF NOT EXISTS items_embedding ON items
            USING hnsw (embedding vector_l2_ops) WITH (m = 8, ef_construction = 32)""";

    Description description();

    /** Creates the extension as the client's documentation says. */
    void extension() throws Exception;

    /** Creates table `items` and its hnsw index; what it did, nothing when there was nothing to do. */
    List<String> migrate() throws Exception;

    /** Whether it says what a migration did. */
    default boolean reports() {
        return true;
    }

    void insert(List<Row> rows) throws Exception;

    /** Ids in the order of the distance from ASKED. */
    List<Integer> nearest(String column, String operator) throws Exception;

    /** The rows by id. */
    List<Row> read() throws Exception;

    /** [1,1,2] sent and read back in the binary format; null if the client has none. */
    default List<Float> binary() throws Exception {
        return null;
    }

    static List<Question> questions() {
        List<Question> all = new ArrayList<>();
        for (String column : List.of("embedding", "half", "sparse")) {
            all.add(new Question(column, "<->", List.of(1, 3, 2)));
            all.add(new Question(column, "<#>", List.of(2, 3, 1)));
            all.add(new Question(column, "<=>", List.of(1, 2, 3)));
            all.add(new Question(column, "<+>", List.of(1, 3, 2)));
        }
        all.add(new Question("bits", "<~>", List.of(2, 3, 1)));
        all.add(new Question("bits", "<%>", List.of(2, 3, 1)));
        return all;
    }

    static List<Float> floats(float... elements) {
        List<Float> list = new ArrayList<>();
        for (float element : elements) {
            list.add(element);
        }
        return list;
    }

    static float[] array(List<Float> elements) {
        float[] array = new float[elements.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = elements.get(i);
        }
        return array;
    }

    static String url() {
        return "jdbc:postgresql://" + System.getenv("PGHOST") + ":" + System.getenv("PGPORT") + "/"
            + System.getenv("PGDATABASE") + "?user=" + System.getenv("PGUSER");
    }
}
