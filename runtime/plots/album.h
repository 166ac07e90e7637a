#pragma once
// The pictures of one folder. Included by plots/*.cpp only.
//
// In: names, and what draws each into a file. Out: plots/NAME.png and plots/NAME.svg, as asked for, and the list of them.

#include <string>
#include <utility>
#include <vector>

#include "runtime/plots/run_pictures.h"

namespace nphys::runtime::plots {

// Draws into plots/ in the formats asked for, and keeps the list.
class Album {
public:
    Album(std::filesystem::path folder, const RunPictureOptions& options) : folder_(std::move(folder)), options_(options) {}

    template <class Draw>
    Status add(const std::string& name, const Draw& draw) {
        for (const char* ending : {options_.png ? ".png" : "", options_.svg ? ".svg" : ""}) {
            if (*ending == '\0')
                continue;
            const std::filesystem::path file = folder_ / "plots" / (file_name(name) + ending);
            if (Status drawn = draw(file); !drawn)
                return drawn;
            files_.push_back(file);
        }
        return {};
    }
    [[nodiscard]] std::vector<std::filesystem::path> files() const { return files_; }

private:
    // `φ[1,2]` → `φ-1-2`, `|ψ|²` → `ψ²`
    static std::string file_name(const std::string& name) {
        std::string result;
        for (const char c : name)
            if (c == '[' || c == ',' || c == '/' || c == ' ')
                result += '-';
            else if (c != ']' && c != '|')
                result += c;
        return result;
    }
    std::filesystem::path folder_;
    RunPictureOptions options_;
    std::vector<std::filesystem::path> files_;
};

} // namespace nphys::runtime::plots
