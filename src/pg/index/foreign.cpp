// A file of pgvector's is told by the first word of its meta page, where ours has kMagic.
#include "pg/index/foreign.h"

#include "pg/index/pages.h"

namespace vx::pg {
namespace {

// The first word on pgvector's meta pages.
constexpr uint32 kHnswMagic = 0xA953A953;
constexpr uint32 kIvfflatMagic = 0x014FF1A7;
// What retire_foreign_file() puts there.  pgvector calls any other word "not valid".
constexpr uint32 kRetiredMagic = 0xA953DEAD;

uint32 first_word(const std::byte* page) {
    uint32 word = 0;
    std::memcpy(&word, page + kPageHeaderBytes, sizeof word);
    return word;
}

}  // namespace

bool is_foreign_file(Relation index) {
    BufferPages pages(index);
    if (pages.page_count() == 0) return false;
    const uint32 word = pages.read(kMetaBlock, first_word);
    return word == kHnswMagic || word == kIvfflatMagic || word == kRetiredMagic;
}

void raise_foreign_file(Relation index) {
    const char* schema = get_namespace_name(RelationGetNamespace(index));
    ereport(ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
            errmsg("index \"%s\" was built by pgvector", RelationGetRelationName(index)),
            errdetail("Its file has another format."),
            errhint("Rebuild it: REINDEX INDEX CONCURRENTLY %s;",
                    quote_qualified_identifier(schema, RelationGetRelationName(index))));
    pg_unreachable();
}

void retire_foreign_file(Relation index) {
    const Buffer buffer = ReadBuffer(index, kMetaBlock);
    LockBuffer(buffer, BUFFER_LOCK_EXCLUSIVE);
    GenericXLogState* state = GenericXLogStart(index);
    char* page = static_cast<char*>(GenericXLogRegisterBuffer(state, buffer, 0));
    std::memcpy(page + kPageHeaderBytes, &kRetiredMagic, sizeof kRetiredMagic);
    GenericXLogFinish(state);
    UnlockReleaseBuffer(buffer);
    ereport(WARNING, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
            errmsg("index \"%s\" was built by pgvector and cannot be vacuumed",
                   RelationGetRelationName(index)),
            errhint("Rebuild it with REINDEX INDEX CONCURRENTLY."));
}

}  // namespace vx::pg
