"""What the example applications share. Python 3, its library, psycopg2, numpy; selenium for tests of pages."""
