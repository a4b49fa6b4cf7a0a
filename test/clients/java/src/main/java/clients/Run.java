package clients;

import java.io.File;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Run CLIENT: tries one client against the server and the empty database that PG* name.
 *
 * <p>Prints a line for each step, then the client's line for the table of results.
 */
final class Run {
    private static final String CATALOG = """
        SELECT (SELECT string_agg(format('%s %s', attname, format_type(atttypid, atttypmod)), ', ' ORDER BY attnum)
                  FROM pg_attribute WHERE attrelid = 'items'::regclass AND attnum > 0 AND NOT attisdropped),
               (SELECT string_agg(indexdef, '; ' ORDER BY indexdef) FROM pg_indexes WHERE tablename = 'items'),
               (SELECT string_agg(format('%s %s', relname, relfilenode), ', ' ORDER BY relname) FROM pg_class
                 WHERE relname ~ '^items')""";

    private Run() {}

    /** What the catalogs say about the table, by a connection that the client knows nothing of. */
    private static List<String> catalog() throws Exception {
        try (Connection connection = DriverManager.getConnection(Client.url());
                ResultSet found = connection.createStatement().executeQuery(CATALOG)) {
            found.next();
            return List.of(found.getString(1), found.getString(2), found.getString(3));
        }
    }

    /** Ends a step; what is not as expected ends the program. */
    private static void expect(String name, Object found, Object expected) {
        boolean correct = found.equals(expected);
        System.out.println((correct ? "ok - " : "not ok - ") + name + ": " + found);
        if (!correct) {
            System.exit(1);
        }
    }

    /** The version in the name of the jar on the class path that begins with NAME. */
    private static String version(String name) {
        Pattern pattern = Pattern.compile(Pattern.quote(name) + "-(\\d.*)\\.jar");
        for (String path : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Matcher matcher = pattern.matcher(new File(path).getName());
            if (matcher.matches()) {
                return name + " " + matcher.group(1);
            }
        }
        throw new IllegalStateException("no jar " + name);
    }

    private static void tryClient(Client client) throws Exception {
        client.extension();
        client.extension();
        System.out.println("ok - extension, twice");
        expect("report of a migration", !client.migrate().isEmpty(), client.reports());
        List<String> made = catalog();
        expect("column of " + made.get(0), made.get(0).contains("embedding vector(3)"), true);
        expect("hnsw index of " + made.get(1), made.get(1).contains(
            "USING hnsw (embedding vector_l2_ops) WITH (m='8', ef_construction='32')"), true);
        client.insert(Client.ROWS);
        System.out.println("ok - insertion");
        for (Client.Question question : Client.questions()) {
            expect("nearest by " + question.column() + " " + question.operator(),
                client.nearest(question.column(), question.operator()), question.ids());
        }
        expect("reading back", client.read(), Client.ROWS);
        List<Float> binary = client.binary();
        if (binary != null) {
            expect("binary format", binary, Client.floats(1, 1, 2));
        }
        expect("second migration", client.migrate(), List.of());
        expect("nothing changed by it", catalog(), made);
        Client.Description line = client.description();
        System.out.println("RESULT | " + line.title() + " | Java | "
            + line.jars().stream().map(Run::version).collect(Collectors.joining(", ")) + " | " + line.formats() + " |");
    }

    public static void main(String[] arguments) throws Exception {
        try (Client client = arguments[0].equals("jdbc") ? new JdbcClient() : new HibernateClient()) {
            tryClient(client);
        }
    }
}
