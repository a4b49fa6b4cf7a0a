# Builds and installs what runs inside the server (PGXS).  What runs outside it is CMakeLists.txt's.

EXTENSION = vectorext
MODULE_big = vectorext

# A control file is the one place of a version; what else must name it is checked (test/lint/versions.py).
version_in = $(shell sed -n "s/^default_version = '\(.*\)'/\1/p" $(1))
EXTVERSION := $(call version_in,$(EXTENSION).control)

# Every .cpp below these folders belongs to the module: a new file is registered nowhere.
OBJS = $(patsubst %.cpp,%.o,$(wildcard src/core/*/*.cpp src/pg/*.cpp src/pg/*/*.cpp))

SCRIPT = sql/$(EXTENSION)--$(EXTVERSION).sql
FRAGMENTS = $(sort $(wildcard sql/extension/*.sql))
DATA_built = $(SCRIPT)
# Of each earlier release A, oldest first: vectorext--A.sql as it was, and vectorext--A--B.sql, which leads to the
# next (src/README.md, "A release").
DATA := $(shell printf '%s\n' $(wildcard sql/update/$(EXTENSION)--*.sql) | sort -V)
EXTRA_CLEAN = $(SCRIPT) $(DROPIN_BUILD) $(OBJS:.o=.d)

# The drop-in pack: the same under the name `vector`, for what was written for pgvector.
DROPIN_VERSION := $(call version_in,dropin/vector.control)
DROPIN_BUILD = build/dropin
DROPIN_SCRIPT = $(DROPIN_BUILD)/vector--$(DROPIN_VERSION).sql

# Regress inputs are the scripts without `--` in their name (install scripts have it).  The worked
# example comes first: while it fails, nothing else is worth reading.
REGRESS = worked_example $(filter-out worked_example, \
	$(foreach script,$(sort $(basename $(notdir $(wildcard sql/*.sql)))), \
	$(if $(findstring --,$(script)),,$(script))))
# Scripts that ask for VX_STORAGE make their indexes with that storage and answer alike for each:
# test/check runs them for all, `make installcheck VX_STORAGE=plain` for one.
STORAGES = fast compact plain
export VX_STORAGE ?= $(firstword $(STORAGES))
REGRESS_OPTS = --load-extension=$(EXTENSION)

PG_CONFIG ?= pg_config
INCLUDEDIR_SERVER := $(shell $(PG_CONFIG) --includedir-server)

# No exceptions, no RTTI, no guards for local statics: the module must need nothing of libstdc++
# (test/lint/symbols.py), because an error in the server is a longjmp across these frames.
PG_CPPFLAGS = -Isrc -isystem $(INCLUDEDIR_SERVER)
# Warnings: both g++ and clang++ have none (test/lint/compilers.py).  START_CRIT_SECTION, a macro of the
# server's, increments a volatile, which C++20 deprecates; g++ knows that it is not ours.
PG_CXXFLAGS = -std=c++20 -MMD -MP -O2 -fno-exceptions -fno-rtti -fno-threadsafe-statics \
	-fno-math-errno -ffp-contract=off -fvisibility=hidden -fvisibility-inlines-hidden \
	-Wall -Wextra -Wshadow -Wconversion -Wno-deprecated-volatile
override with_llvm := no

PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

# PostgreSQL 15 exports by default and leaves PGDLLEXPORT empty; from 16 on it hides by default.
override CPPFLAGS += -DPGDLLEXPORT='__attribute__((visibility("default")))'

# What vectorext_version() answers.
src/pg/module.o: override CPPFLAGS += -DVX_VERSION='"$(EXTVERSION)"'
src/pg/module.o: $(EXTENSION).control

# What each object's source includes, written down by the compiler (-MMD).
$(OBJS): Makefile
-include $(OBJS:.o=.d)

$(SCRIPT): $(FRAGMENTS) Makefile
	cat $(FRAGMENTS) > $@

$(DROPIN_SCRIPT): $(FRAGMENTS) $(DATA) $(wildcard dropin/*.awk dropin/*.txt dropin/changes/*) Makefile
	rm -rf $(DROPIN_BUILD)
	mkdir -p $(DROPIN_BUILD)
	awk -v out=$(DROPIN_BUILD) -v version=$(DROPIN_VERSION) -v changes=dropin/changes \
		-f dropin/scripts.awk dropin/members.txt $(DATA) $(FRAGMENTS) || (rm -rf $(DROPIN_BUILD); exit 1)

.PHONY: dropin install-dropin uninstall-dropin
dropin: all $(DROPIN_SCRIPT)

# FORCE=1 puts an installed pgvector aside; uninstall-dropin puts it back.
install-dropin: dropin install
	dropin/install install '$(DESTDIR)$(pkglibdir)' '$(DESTDIR)$(datadir)/extension' \
		'$(DESTDIR)$(includedir_server)/extension/vector' $(DROPIN_BUILD) '$(FORCE)'

uninstall-dropin:
	dropin/install uninstall '$(DESTDIR)$(pkglibdir)' '$(DESTDIR)$(datadir)/extension' \
		'$(DESTDIR)$(includedir_server)/extension/vector' $(DROPIN_BUILD) '$(FORCE)'
