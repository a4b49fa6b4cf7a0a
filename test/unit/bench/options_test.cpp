#include "bench/commands.h"
#include "bench/options.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace vx::bench {
namespace {

/// The message with which parsing fails, or nothing when it succeeds.
std::string complaint_about(const std::string& target) {
    try {
        static_cast<void>(parse_target(target, {}));
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return {};
}

TEST(Setting, SplitsAtTheFirstEqualsSign) {
    EXPECT_EQ(parse_setting("hnsw.ef_search=40"), (Setting{"hnsw.ef_search", "40"}));
    EXPECT_EQ(parse_setting("a=b=c"), (Setting{"a", "b=c"}));
    EXPECT_EQ(parse_setting("a="), (Setting{"a", ""}));
    EXPECT_THROW(static_cast<void>(parse_setting("a")), std::runtime_error);
    EXPECT_THROW(static_cast<void>(parse_setting("=b")), std::runtime_error);
}

TEST(IntList, TakesPositiveNumbersOnly) {
    EXPECT_EQ(parse_int_list("40"), (std::vector<int>{40}));
    EXPECT_EQ(parse_int_list("40,100,200"), (std::vector<int>{40, 100, 200}));
    for (const char* bad : {"", "0", "-1", "1,", ",1", "1 ", "x", "99999999999"}) {
        EXPECT_THROW(static_cast<void>(parse_int_list(bad)), std::runtime_error) << bad;
    }
}

TEST(TargetText, ReadsKeysAndConnectionKeywords) {
    const Target target =
        parse_target("ours;dbname=a;host=/tmp/x y;table=s.t;operator=<=>;guc=x.ef;ef=1,2;"
                     "set=a.b=c;set=d=e;id=n;column=v",
                     {});
    EXPECT_EQ(target.name, "ours");
    EXPECT_EQ(target.kind, TargetKind::kSql);
    EXPECT_EQ(target.conninfo, "dbname='a' host='/tmp/x y'");
    EXPECT_EQ(target.table, "s.t");
    EXPECT_EQ(target.op, "<=>");
    EXPECT_EQ(target.guc, "x.ef");
    EXPECT_EQ(target.efs, (std::vector<int>{1, 2}));
    EXPECT_EQ(target.settings, (std::vector<Setting>{{"a.b", "c"}, {"d", "e"}}));
    EXPECT_EQ(target.id_column, "n");
    EXPECT_EQ(target.vector_column, "v");
}

TEST(TargetText, QuotesConnectionValues) {
    EXPECT_EQ(parse_target("t;password=it's\\", {}).conninfo, "password='it\\'s\\\\'");
}

TEST(TargetText, StartsFromTheDefaults) {
    Target defaults;
    defaults.table = "common";
    defaults.settings = {{"a", "b"}};
    const Target target = parse_target("t;set=c=d;", defaults);
    EXPECT_EQ(target.table, "common");
    EXPECT_EQ(target.settings, (std::vector<Setting>{{"a", "b"}, {"c", "d"}}));
}

TEST(TargetText, ReadsHnswlib) {
    const Target target = parse_target("h;kind=hnswlib;m=32;ef_construction=100", {});
    EXPECT_EQ(target.kind, TargetKind::kHnswlib);
    EXPECT_EQ(target.m, 32);
    EXPECT_EQ(target.ef_construction, 100);
}

TEST(TargetText, SaysWhatIsWrong) {
    EXPECT_NE(complaint_about("table=x").find("begin with a name"), std::string::npos);
    EXPECT_NE(complaint_about("").find("begin with a name"), std::string::npos);
    EXPECT_NE(complaint_about("t;color=red").find("unknown key \"color\""), std::string::npos);
    EXPECT_NE(complaint_about("t;kind=faiss").find("unknown kind"), std::string::npos);
    EXPECT_NE(complaint_about("t;table").find("NAME=VALUE"), std::string::npos);
    EXPECT_NE(complaint_about("t;m=0").find("target \"t\": \"0\" is not a positive"),
              std::string::npos);
}

/// Parses a command line; a subcommand that is found complete would run.
int parse(std::vector<std::string> arguments) {
    CLI::App app;
    add_commands(app);
    std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them from the back
    try {
        app.parse(arguments);
    } catch (const CLI::ParseError& error) {
        return error.get_exit_code();
    }
    return 0;
}

TEST(CommandLine, HasHelpEverywhere) {
    for (const char* name :
         {"fetch", "synthetic", "words", "exact", "load", "build", "query", "sweep"}) {
        EXPECT_EQ(parse({name, "--help"}), 0) << name;
    }
}

TEST(CommandLine, RejectsWhatItDoesNotKnow) {
    EXPECT_NE(parse({}), 0);
    EXPECT_NE(parse({"fly"}), 0);
    EXPECT_NE(parse({"query"}), 0);  // --data is missing
    EXPECT_NE(parse({"query", "--data", "x", "--limit", "0"}), 0);
    EXPECT_NE(parse({"sweep", "--data", "x"}), 0);  // no target
    EXPECT_THROW(parse({"fetch", "nothing", "--cache", "/nowhere"}), std::runtime_error);
    EXPECT_THROW(parse({"exact", "--data", "/nowhere/x.vxdata"}), std::runtime_error);
}

}  // namespace
}  // namespace vx::bench
