// PostgreSQL's binary formats: vectors as parameters, and COPY.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace vx::bench {

/// How a vector column takes its values.
enum class VectorFormat {
    kVector,     ///< int16 dims, int16 0, float4 each
    kHalfvec,    ///< int16 dims, int16 0, IEEE half each
    kText,       ///< '[1,2,3]', for any other type
    kSparsevec,  ///< int32 dims, count, 0; int32 index from 0 each; float4 each
    kBit,        ///< int32 length; a bit for each element, set where that is not zero
};

/// By the name of the column's type, vector or halfvec; kText for any other.
[[nodiscard]] VectorFormat format_of_type(const std::string& type_name);

void append_int16(std::string& out, std::uint16_t value);
void append_int32(std::string& out, std::uint32_t value);

/// Appends `vector` in network byte order (or as text) without a length word.
void append_vector(std::string& out, VectorFormat format, std::span<const float> vector);

/// The nearest IEEE half, ties to even; overflow gives infinity.
[[nodiscard]] std::uint16_t half_of_float(float value);
[[nodiscard]] float float_of_half(std::uint16_t half);

/// Assembles the stream of COPY ... FROM STDIN (FORMAT binary).
class CopyEncoder {
public:
    CopyEncoder();
    void begin_row(std::uint16_t fields) { append_int16(buffer_, fields); }
    void add_int4(std::int32_t value);
    void add_text(const std::string& value);
    void add_vector(VectorFormat format, std::span<const float> vector);
    void end();

    [[nodiscard]] const std::string& buffer() const { return buffer_; }
    /// After the caller has sent the buffer.
    void clear() { buffer_.clear(); }

private:
    std::string buffer_;
};

/// Reads a binary int2, int4 or int8 of a result; throws std::runtime_error for another width.
[[nodiscard]] std::int64_t decode_integer(std::span<const char> bytes);

}  // namespace vx::bench
