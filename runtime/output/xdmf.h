#pragma once
// fields.xdmf: what fields.h5 holds, in the words of ParaView.
//
// In: spaces and fields once, then the saves. Out: a temporal collection with one grid for each space of up to three
// dimensions, regular where the coordinates are, else rectilinear; each component of a field is an attribute. Holds:
// the file is well-formed after each append(). The arrays are the views that fields.h5 has of each component.
//
//     φ[i,a] on lattice space(x, y), a in 1..2   →   attributes φ[1], φ[2] on a 1 × Nx × Ny grid

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <vector>

#include "runtime/output/fields.h"
#include "runtime/result.h"

namespace nphys::runtime {

class XdmfWriter {
public:
    [[nodiscard]] static Result<XdmfWriter> create(const std::filesystem::path& file, std::vector<Space> spaces,
                                                   std::vector<FieldLayout> fields, std::int64_t copies);
    [[nodiscard]] Status append(std::int64_t save, double t);

private:
    struct Close {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    std::string path_;
    std::vector<Space> spaces_;
    std::vector<FieldLayout> fields_;
    std::int64_t copies_ = 1;
    std::unique_ptr<std::FILE, Close> file_;
    long end_of_grids_ = 0;
};

} // namespace nphys::runtime
