#include "compiler/base/source.h"

#include "compiler/base/unicode.h"

#include <algorithm>

namespace nphys {

Span join(Span first, Span second) {
    if (!first.valid())
        return second;
    if (!second.valid() || second.source != first.source)
        return first;
    return {first.source, std::min(first.begin, second.begin), std::max(first.end, second.end)};
}

Source::Source(SourceId id, std::string name, std::string text)
    : id_(id), name_(std::move(name)), text_(std::move(text)) {
    line_begins_.push_back(0);
    for (std::size_t offset = 0; offset < text_.size(); ++offset)
        if (text_[offset] == '\n')
            line_begins_.push_back(static_cast<std::uint32_t>(offset + 1));
}

std::string_view Source::text(Span span) const {
    const std::size_t begin = std::min<std::size_t>(span.begin, text_.size());
    const std::size_t end = std::clamp<std::size_t>(span.end, begin, text_.size());
    return std::string_view(text_).substr(begin, end - begin);
}

std::string_view Source::line(std::uint32_t number) const {
    const std::uint32_t begin = line_begins_[number - 1];
    const std::size_t end = number < line_count() ? line_begins_[number] - 1 : text_.size();
    std::string_view result = std::string_view(text_).substr(begin, end - begin);
    if (!result.empty() && result.back() == '\r')
        result.remove_suffix(1);
    return result;
}

std::uint32_t Source::line_number(std::uint32_t offset) const {
    const auto after = std::upper_bound(line_begins_.begin(), line_begins_.end(), offset);
    return static_cast<std::uint32_t>(after - line_begins_.begin());
}

Position Source::position(std::uint32_t offset) const {
    offset = std::min(offset, static_cast<std::uint32_t>(text_.size()));
    const std::uint32_t line = line_number(offset);
    const std::uint32_t begin = line_begins_[line - 1];
    const std::size_t points = count_code_points(std::string_view(text_).substr(begin, offset - begin));
    return {line, static_cast<std::uint32_t>(points) + 1};
}

const Source& SourceMap::add(std::string name, std::string text) {
    const SourceId id{static_cast<std::uint32_t>(sources_.size())};
    sources_.push_back(std::make_unique<Source>(id, std::move(name), std::move(text)));
    return *sources_.back();
}

} // namespace nphys
