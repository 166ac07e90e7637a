#include "compiler/loops/races.h"

namespace nphys::loops {

RaceCheck::Element& RaceCheck::element(BufferId buffer, std::int64_t index, std::int64_t size) {
    std::vector<Element>& elements = elements_[buffer.index()];
    if (elements.empty())
        elements.resize(static_cast<std::size_t>(size));
    return elements[static_cast<std::size_t>(index)];
}

bool RaceCheck::read_conflicts(BufferId buffer, std::int64_t index, std::int64_t size) {
    if (!active_)
        return false;
    Element& touched = element(buffer, index, size);
    if (touched.reader != now_) {
        touched.other_reader = touched.reader;
        touched.reader = now_;
    }
    return is_other(touched.writer);
}

bool RaceCheck::write_conflicts(BufferId buffer, std::int64_t index, std::int64_t size) {
    if (!active_)
        return false;
    Element& touched = element(buffer, index, size);
    const bool conflict = is_other(touched.writer) || is_other(touched.reader) || is_other(touched.other_reader);
    touched.writer = now_;
    return conflict;
}

} // namespace nphys::loops
