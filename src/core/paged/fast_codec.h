// Codes plus sketches of the neighbors in each slot (storage `fast`): one page access a hop scores
// all neighbors of a node.
//
// The sketch area of a slot is one SketchFactorBlock and one block of 32 sketches for every 32
// lanes. A lane's sketch is relative to the slot's own node, so it is made anew whenever a link is
// written, from the codes of both nodes.
#pragma once

#include "core/graph/links.h"
#include "core/paged/code_codec.h"
#include "core/quantize/sketch.h"

namespace vx {

/// Bytes of the sketch area for `lanes` neighbors.
constexpr uint32_t sketch_area_bytes(const SketchShape& shape, uint32_t lanes) {
    return static_cast<uint32_t>(sketch_blocks(lanes) *
                                 (sizeof(SketchFactorBlock) + sketch_block_bytes(shape)));
}

/// The shape that measured best (README.md): two bits per dimension where all dimensions fit, one
/// bit of the first 256 or 384 above; shortened only when a slot's head would not fit a page.
constexpr SketchShape choose_sketch(Metric metric, uint32_t dims, uint32_t lanes,
                                    uint32_t most_bytes) {
    const auto rotated = static_cast<uint32_t>(padded_dims(dims, kPadMultiple));
    const uint32_t wanted = rotated <= 128 ? rotated : rotated <= 512 ? 256 : 384;
    SketchShape shape{metric, static_cast<uint8_t>(rotated <= 128 ? 2 : 1),
                      wanted < rotated ? wanted : rotated, rotated};
    while (shape.dims > 64 && sketch_area_bytes(shape, lanes) > most_bytes)
        shape.dims = (shape.dims / 2 + 15) / 16 * 16;
    return shape;
}

/// Do sketches tell neighbors apart nearly as their codes do?
constexpr bool are_fine(const SketchShape& shape) {
    constexpr uint32_t kFewDims = 64;
    return shape.dims * shape.bits >= 2 * shape.rotated && shape.rotated > kFewDims;
}

/// The greatest ef for which a search goes by sketches.
///
/// Coarse ones need three entries for each of ef, and the pool is kept sorted.  Milliseconds a
/// query by sketches and by codes, everything in memory: 60,000 rows of 384 dimensions at ef 100,
/// 200, 400, 1,000 0.49/0.42, 0.86/0.47, 2.2/0.62, 11/2.3; 30,000 of 784
/// 0.59/0.63, 1.1/0.88, 2.5/1.3, 10/3.1; of 100 dimensions, with fine sketches, 0.37/0.75,
/// 0.59/1.2, 1.2/2.0, 3.6/4.4.  By codes a search looks at three times as many pages.
constexpr size_t most_ef_by_sketches(const SketchShape& shape) {
    constexpr size_t kCoarse = 200;
    return are_fine(shape) ? SIZE_MAX : kCoarse;
}

/// Working memory of a FastCodec beyond CodeBuffers; `lanes` rows, floats of `padded` elements.
struct SketchBuffers {
    uint8_t* tables;         // scan_table_bytes, of the bound element
    uint8_t* center_tables;  // the same of the center
    uint8_t* rows;           // lanes * sketch_row_bytes
    SketchFactors* factors;
    float* center;
    float* neighbor;
    float* scratch;
};

class FastCodec : public CodeCodec {
public:
    static constexpr bool kSketches = true;

    FastCodec(const CodeSpace& space, const CodeBuffers& buffers, const SketchShape& shape,
              const SketchBuffers& sketch)
        : CodeCodec(space, buffers), shape_(shape), sketch_(sketch) {}

    void bind(const float* element) {
        CodeCodec::bind(element);
        prepare_scan();
    }
    /// What `score` needs of the bound element; bind_for_insert leaves it out.
    void prepare_scan() { scan_ = make_scan_query(shape_, rotated(), sketch_.tables); }

    /// As CodeCodec's.  Estimates need more: a node is in the pool several times, and coarse
    /// sketches put others before it.  Measured at equal ef against pgvector (README.md of
    /// quantize): at 2 bits for each of some hundred dimensions 1.5 ef suffices (GloVe); it takes
    /// 3 ef at 1 bit of half the dimensions (MNIST), and where dimensions are few.
    size_t pool_entries(size_t ef) const { return are_fine(shape_) ? ef * 3 / 2 + 16 : ef * 3; }
    size_t most_ef() const { return most_ef_by_sketches(shape_); }

    /// Estimates of all lanes of an area; `estimates` has room for whole blocks.  Calls
    /// f(lane, estimate) for those below `bound`.
    template <class F>
    void score(const std::byte* area, uint32_t lanes, float own, float bound, F&& f) const {
        score_with(sketch_.tables, lane_terms(scan_, own, bound), {area, lanes}, f);
    }
    /// The same from the center (set_center), all lanes; `own` is what it measures from itself.
    template <class F>
    void score_from_center(const std::byte* area, uint32_t lanes, float own, F&& f) const {
        const ScanQuery scan = make_scan_query(shape_, sketch_.center, sketch_.center_tables);
        score_with(sketch_.center_tables, lane_terms(scan, own, __builtin_inff()), {area, lanes},
                   f);
    }

    // ---- making lanes: prepared outside locks, then written

    /// The node whose lanes are prepared next, by its record.
    void set_center(Handle owner) {
        decode_record(owner, sketch_.center);
        center_mean_dot_ = mean_dot(owner);
    }
    /// Prepares row `row` for a link from the center to `neighbor`.
    void prepare_lane(uint32_t row, Handle neighbor) {
        decode_record(neighbor, sketch_.neighbor);
        prepare(row, mean_dot(neighbor));
    }

    /// Writes a prepared row into a lane.
    void put_lane(std::byte* area, uint32_t lane, uint32_t row) const {
        std::byte* block = area + lane / kSketchLanes * block_bytes();
        write_lane(shape_, lane % kSketchLanes, row_at(row),
                   reinterpret_cast<uint8_t*>(block + sizeof(SketchFactorBlock)));
        write_factors(*reinterpret_cast<SketchFactorBlock*>(block), lane % kSketchLanes,
                      sketch_.factors[row]);
    }
    /// Leaves nothing of the sketch: the vector may be deleted.
    void clear_lane(std::byte* area, uint32_t lane) const {
        std::byte* block = area + lane / kSketchLanes * block_bytes();
        kill_lane(*reinterpret_cast<SketchFactorBlock*>(block), lane % kSketchLanes);
        erase_lane(shape_, lane % kSketchLanes,
                   reinterpret_cast<uint8_t*>(block + sizeof(SketchFactorBlock)));
    }
    /// Fills a whole area from rows 0 .. count - 1; row i belongs to lane i.
    void put_lanes(std::byte* area, uint32_t lanes, uint32_t count) const {
        for (uint32_t first = 0; first < lanes; first += kSketchLanes, area += block_bytes()) {
            auto& factors = *reinterpret_cast<SketchFactorBlock*>(area);
            auto* block = reinterpret_cast<uint8_t*>(area + sizeof(SketchFactorBlock));
            std::memset(block, 0, sketch_block_bytes(shape_));
            clear_factors(factors);
            const uint32_t past = first + static_cast<uint32_t>(kSketchLanes);
            const uint32_t end = count < past ? count : past;
            for (uint32_t row = first; row < end; ++row)
                write_lane(shape_, row - first, row_at(row), block);
            if (end > first) fit_factors(factors, sketch_.factors + first, end - first);
        }
    }

private:
    struct SketchArea {
        const std::byte* area;
        uint32_t count;
    };
    template <class F>
    void score_with(const uint8_t* tables, const LaneTerms& terms, SketchArea lanes, F&& f) const {
        for (uint32_t first = 0; first < lanes.count;
             first += kSketchLanes, lanes.area += block_bytes()) {
            const auto& factors = *reinterpret_cast<const SketchFactorBlock*>(lanes.area);
            uint32_t sums[kSketchLanes];
            float estimates[kSketchLanes];
            scan_block(shape_,
                       reinterpret_cast<const uint8_t*>(lanes.area + sizeof(SketchFactorBlock)),
                       tables, sums);
            uint32_t below =
                vx::kernels().codes->score_lanes(lane_factors(factors), terms, sums, estimates);
            for (; below != 0; below &= below - 1) {
                const auto lane = static_cast<uint32_t>(__builtin_ctz(below));
                f(first + lane, estimates[lane]);
            }
        }
    }

    uint32_t block_bytes() const {
        return static_cast<uint32_t>(sizeof(SketchFactorBlock) + sketch_block_bytes(shape_));
    }
    uint8_t* row_at(uint32_t row) const { return sketch_.rows + row * sketch_row_bytes(shape_); }

    void prepare(uint32_t row, float neighbor_mean_dot) {
        const SketchPair pair{sketch_.center, sketch_.neighbor,
                              neighbor_mean_dot - center_mean_dot_};
        sketch_.factors[row] = make_sketch(shape_, pair, sketch_.scratch, row_at(row));
    }

    SketchShape shape_;
    SketchBuffers sketch_;
    ScanQuery scan_;
    float center_mean_dot_ = 0;
};

}  // namespace vx
