// The terms of a keyword query: the lexemes of a tsquery, or texts.
#pragma once

#include <string_view>

#include "core/answers/bm25.h"
#include "pg/types/array.h"

namespace vx::pg {

/// A term as often as the query has it.
struct QueryTerm {
    std::string_view text;
    bool is_prefix;

    /// Its place in a sorted list, or the places of all that begin with it.
    template <class Terms>
    TermRange find_in(const Terms& terms) const {
        return is_prefix ? find_prefix(terms, text) : find_term(terms, text);
    }
};

/// Calls take(term) for the operands from `item` on, but for those that are negated: a document is
/// not better for lacking them.
template <class Take>
void take_operands(const QueryItem* item, const char* texts, Take& take) {
    // As in the server's own walks through a query, which may be as deep as it is long.
    check_stack_depth();
    if (item->type == QI_VAL) {
        const QueryOperand& operand = item->qoperand;
        take(QueryTerm{{texts + operand.distance, operand.length}, operand.prefix});
        return;
    }
    if (item->qoperator.oper == OP_NOT) return;
    take_operands(item + 1, texts, take);
    take_operands(item + item->qoperator.left, texts, take);
}

/// Of a query of type tsquery.
struct ParsedQuery {
    TSQuery query;

    explicit ParsedQuery(Datum value) : query(reinterpret_cast<TSQuery>(PG_DETOAST_DATUM(value))) {}

    template <class Take>
    void each(Take take) const {
        if (query->size > 0) take_operands(GETQUERY(query), GETOPERAND(query), take);
    }
};

/// Of a query of type text[]: lexemes as they are in a tsvector.
struct ListedQuery {
    Datum* texts = nullptr;
    int count = 0;

    explicit ListedQuery(Datum value) {
        ArrayType* array = DatumGetArrayTypeP(value);
        require_one_dimension(array);
        if (array_contains_nulls(array))
            ereport(ERROR, errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                    errmsg("query must not contain nulls"));
        deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &texts, nullptr, &count);
    }

    template <class Take>
    void each(Take take) const {
        for (int i = 0; i < count; ++i) {
            const varlena* text = PG_DETOAST_DATUM_PACKED(texts[i]);
            take(QueryTerm{{VARDATA_ANY(text), static_cast<size_t>(VARSIZE_ANY_EXHDR(text))},
                           false});
        }
    }
};

}  // namespace vx::pg
