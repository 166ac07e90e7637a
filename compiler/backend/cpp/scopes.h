// Names that are visible at a place of the function being written.
// Goes in: the name one would like. Comes out: that name, or one with a number if it would hide another. Holds: a name
// is free again when the block that declared it has ended.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "compiler/loops/names.h"

namespace nphys::backend::cpp {

class Scopes {
public:
    [[nodiscard]] std::string declare(const std::string& wanted) {
        declared_.push_back(loops::unique_name(wanted, visible_));
        return declared_.back();
    }
    void enter() { blocks_.push_back(declared_.size()); }
    void leave() {
        for (; declared_.size() > blocks_.back(); declared_.pop_back())
            visible_.erase(declared_.back());
        blocks_.pop_back();
    }

private:
    std::set<std::string> visible_;
    std::vector<std::string> declared_;
    std::vector<std::size_t> blocks_;
};

} // namespace nphys::backend::cpp
