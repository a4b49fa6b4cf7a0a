package clients;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.hibernate.SessionFactory;
import org.hibernate.boot.MetadataSources;
import org.hibernate.boot.registry.StandardServiceRegistryBuilder;
import org.hibernate.vector.SparseFloatVector;

/** Hibernate with its module hibernate-vector; the schema is updated, and validated, by Hibernate's own tools. */
final class HibernateClient implements Client {
    private static final Map<String, String> FUNCTIONS = Map.of(
        "<->", "l2_distance", "<#>", "negative_inner_product", "<=>", "cosine_distance",
        "<+>", "l1_distance", "<~>", "hamming_distance", "<%>", "jaccard_distance");

    /** Where Hibernate says what statements it sends. */
    private static final Logger STATEMENTS = Logger.getLogger("org.hibernate.SQL");

    private final SessionFactory factory = open("none");

    /** A factory that does to the schema what ACTION says, when it is made. */
    private static SessionFactory open(String action) {
        return new MetadataSources(new StandardServiceRegistryBuilder()
            .applySetting("jakarta.persistence.jdbc.url", Client.url())
            .applySetting("hibernate.hbm2ddl.auto", action)
            .applySetting("hibernate.hbm2ddl.halt_on_error", "true")
            .build()).addAnnotatedClass(Item.class).buildMetadata().buildSessionFactory();
    }

    @Override
    public Description description() {
        return new Description("Hibernate", List.of("hibernate-core", "hibernate-vector", "postgresql"), "text");
    }

    private void execute(String sql) {
        factory.inTransaction(session -> session.createNativeMutationQuery(sql).executeUpdate());
    }

    @Override
    public void extension() {
        execute("CREATE EXTENSION IF NOT EXISTS vector");
    }

    /** Hibernate has no words for USING; its users give such an index as SQL, in a migration. */
    @Override
    public List<String> migrate() {
        List<String> statements = new ArrayList<>();
        Handler handler = new Collector(statements);
        STATEMENTS.setLevel(Level.FINE);
        STATEMENTS.addHandler(handler);
        open("update").close();
        STATEMENTS.removeHandler(handler);
        execute(CREATE_INDEX);
        factory.getSchemaManager().validateMappedObjects();
        return statements;
    }

    private static final class Collector extends Handler {
        private final List<String> statements;

        Collector(List<String> statements) {
            this.statements = statements;
        }

        @Override
        public void publish(LogRecord line) {
            statements.add(line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    @Override
    public void insert(List<Row> rows) {
        factory.inTransaction(session -> rows.forEach(row -> session.persist(new Item(row))));
    }

    private static Object asked(String column) {
        return switch (column) {
            case "embedding" -> Client.array(ASKED.embedding());
            case "half" -> Client.array(ASKED.half());
            case "sparse" -> new SparseFloatVector(ASKED.sparse());
            default -> Item.bytes(ASKED.bits());
        };
    }

    @Override
    public List<Integer> nearest(String column, String operator) {
        String question = "select i.id from Item i order by " + FUNCTIONS.get(operator) + "(i." + column + ", :to)";
        return factory.fromSession(session -> session.createSelectionQuery(question, Integer.class)
            .setParameter("to", asked(column)).setMaxResults(5).getResultList());
    }

    @Override
    public List<Row> read() {
        return factory.fromSession(session -> session.createSelectionQuery("from Item i order by i.id", Item.class)
            .getResultList().stream().map(Item::row).toList());
    }

    @Override
    public void close() {
        factory.close();
    }
}
