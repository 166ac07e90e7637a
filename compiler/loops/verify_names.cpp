#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "compiler/loops/verify.h"

namespace nphys::loops {

namespace {

bool is_identifier(const std::string& name) {
    const auto is_word = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    };
    return !name.empty() && !(name[0] >= '0' && name[0] <= '9') && std::all_of(name.begin(), name.end(), is_word);
}

} // namespace

std::vector<std::string> verify_names(const Module& module) {
    std::vector<std::string> wrongs;
    std::set<std::string> buffers, scalars, functions;
    for (const Buffer& buffer : module.buffers) {
        if (!is_identifier(buffer.name))
            wrongs.push_back(fmt::format("buffer `{}` has a name that is no identifier", buffer.name));
        if (!buffers.insert(buffer.name).second)
            wrongs.push_back(fmt::format("two buffers are called `{}`", buffer.name));
        if (buffer.size < 0 || buffer.type == Type::truth)
            wrongs.push_back(fmt::format("buffer `{}` cannot be made", buffer.name));
    }
    for (const ScalarSlot& scalar : module.scalars) {
        if (!is_identifier(scalar.name))
            wrongs.push_back(fmt::format("scalar `{}` has a name that is no identifier", scalar.name));
        if (!scalars.insert(scalar.name).second)
            wrongs.push_back(fmt::format("two scalars are called `{}`", scalar.name));
    }
    for (const Function& function : module.functions) {
        if (!functions.insert(function.name).second)
            wrongs.push_back(fmt::format("two functions are called `{}`", function.name));
    }
    return wrongs;
}

} // namespace nphys::loops
