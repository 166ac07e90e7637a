#include "compiler/loops/names.h"

namespace nphys::loops {

std::string unique_name(const std::string& wanted, std::set<std::string>& taken) {
    std::string name = wanted;
    for (int number = 2; !taken.insert(name).second; ++number)
        name = wanted + "_" + std::to_string(number);
    return name;
}

std::vector<std::string> unique_names(const std::vector<std::string>& wanted, std::set<std::string> taken) {
    std::vector<std::string> names;
    for (const std::string& name : wanted)
        names.push_back(unique_name(name, taken));
    return names;
}

} // namespace nphys::loops
