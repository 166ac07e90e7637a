// Source texts and places in them.
//
// In: the name and the bytes of a file. Out: lines, columns and pieces of text for byte offsets. A Source never
// changes and never moves, so spans and views into it stay good as long as its SourceMap lives.
//
//   SourceMap sources;
//   const Source& source = sources.add("kg.nphys", "model kg\nparam m = 1");
//   source.position(15)      // line 2, column 7
//   source.line(2)           // "param m = 1"
#pragma once

#include "compiler/base/ids.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace nphys {

struct SourceTag;
using SourceId = Id<SourceTag>;

// The bytes [begin, end) of a source. A span without a valid source belongs to no place in any text.
struct Span {
    SourceId source;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;

    [[nodiscard]] bool valid() const { return source.valid(); }
    [[nodiscard]] bool empty() const { return begin == end; }
    friend auto operator<=>(const Span&, const Span&) = default;
};

// The smallest span that holds both; an invalid one counts for nothing.
[[nodiscard]] Span join(Span first, Span second);

// Both count from 1; columns are code points, as editors show them.
struct Position {
    std::uint32_t line = 1;
    std::uint32_t column = 1;
    friend auto operator<=>(const Position&, const Position&) = default;
};

class Source {
public:
    Source(SourceId id, std::string name, std::string text);

    [[nodiscard]] SourceId id() const { return id_; }
    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] std::string_view text() const { return text_; }
    [[nodiscard]] std::string_view text(Span span) const;

    [[nodiscard]] std::uint32_t line_count() const { return static_cast<std::uint32_t>(line_begins_.size()); }
    // The text of a line (from 1), without its line break.
    [[nodiscard]] std::string_view line(std::uint32_t number) const;
    [[nodiscard]] std::uint32_t line_begin(std::uint32_t number) const { return line_begins_[number - 1]; }
    [[nodiscard]] std::uint32_t line_number(std::uint32_t offset) const;
    [[nodiscard]] Position position(std::uint32_t offset) const;
    [[nodiscard]] Span span(std::uint32_t begin, std::uint32_t end) const { return {id_, begin, end}; }

private:
    SourceId id_;
    std::string name_;
    std::string text_;
    std::vector<std::uint32_t> line_begins_;
};

class SourceMap {
public:
    const Source& add(std::string name, std::string text);
    [[nodiscard]] const Source& operator[](SourceId id) const { return *sources_[id.index()]; }
    [[nodiscard]] std::size_t size() const { return sources_.size(); }

private:
    std::vector<std::unique_ptr<Source>> sources_;
};

} // namespace nphys
