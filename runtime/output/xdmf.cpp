#include "runtime/output/xdmf.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <fmt/format.h>

#include "runtime/output/components.h"
#include "runtime/output/run_folder.h"

namespace nphys::runtime {
namespace {

constexpr const char* header = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                               "<Xdmf Version=\"3.0\">\n<Domain>\n"
                               "<Grid Name=\"run\" GridType=\"Collection\" CollectionType=\"Temporal\">\n";
constexpr const char* footer = "</Grid>\n</Domain>\n</Xdmf>\n";

std::string escaped(std::string_view text) {
    std::string result;
    for (const char c : text)
        switch (c) {
        case '&':
            result += "&amp;";
            break;
        case '<':
            result += "&lt;";
            break;
        case '>':
            result += "&gt;";
            break;
        case '"':
            result += "&quot;";
            break;
        default:
            result += c;
        }
    return result;
}

bool uniform(const std::vector<double>& x) {
    if (x.size() < 2)
        return true;
    const double spacing = (x.back() - x.front()) / static_cast<double>(x.size() - 1);
    for (std::size_t place = 0; place < x.size(); ++place)
        if (std::abs(x[place] - (x.front() + spacing * static_cast<double>(place))) > 1e-6 * std::abs(spacing))
            return false;
    return true;
}

double spacing_of(const std::vector<double>& x) {
    return x.size() < 2 ? 1.0 : (x.back() - x.front()) / static_cast<double>(x.size() - 1);
}

// Three extents, slowest first; missing axes come before and are one site thick.
std::string dimensions_of(const Space& space) {
    std::string text;
    for (std::size_t missing = space.axes.size(); missing < 3; ++missing)
        text += "1 ";
    for (const Axis& axis : space.axes)
        text += fmt::format("{} ", axis.coordinates.size());
    text.pop_back();
    return text;
}

std::string regular_geometry(const Space& space) {
    std::string origin;
    std::string spacing;
    for (std::size_t missing = space.axes.size(); missing < 3; ++missing) {
        origin += "0 ";
        spacing += "1 ";
    }
    for (const Axis& axis : space.axes) {
        origin += number_text(axis.coordinates.front()) + ' ';
        spacing += number_text(spacing_of(axis.coordinates)) + ' ';
    }
    origin.pop_back();
    spacing.pop_back();
    return fmt::format("<Topology TopologyType=\"3DCoRectMesh\" Dimensions=\"{}\"/>\n"
                       "<Geometry GeometryType=\"ORIGIN_DXDYDZ\">\n"
                       "<DataItem Dimensions=\"3\" NumberType=\"Float\" Precision=\"8\" Format=\"XML\">{}</DataItem>\n"
                       "<DataItem Dimensions=\"3\" NumberType=\"Float\" Precision=\"8\" Format=\"XML\">{}</DataItem>\n"
                       "</Geometry>\n",
                       dimensions_of(space), origin, spacing);
}

// VXVYVZ lists the fastest axis first.
std::string rectilinear_geometry(const Space& space) {
    std::string items;
    for (std::size_t place = 0; place < 3; ++place) {
        if (place < space.axes.size()) {
            const Axis& axis = space.axes[space.axes.size() - 1 - place];
            items += fmt::format("<DataItem Dimensions=\"{}\" NumberType=\"Float\" Precision=\"8\" Format=\"HDF\">"
                                 "fields.h5:/coordinates/{}/{}</DataItem>\n",
                                 axis.coordinates.size(), escaped(space.name), escaped(axis.name));
        } else {
            items += "<DataItem Dimensions=\"1\" NumberType=\"Float\" Precision=\"8\" Format=\"XML\">0</DataItem>\n";
        }
    }
    return fmt::format("<Topology TopologyType=\"3DRectMesh\" Dimensions=\"{}\"/>\n"
                       "<Geometry GeometryType=\"VXVYVZ\">\n{}</Geometry>\n",
                       dimensions_of(space), items);
}

std::string axes_information(const Space& space) {
    constexpr const char* letters = "XYZ";
    std::string text;
    for (std::size_t place = 0; place < space.axes.size(); ++place)
        text += fmt::format("{}{} = {}", place > 0 ? ", " : "", letters[place],
                            space.axes[space.axes.size() - 1 - place].name);
    return fmt::format("<Information Name=\"axes\" Value=\"{}\"/>\n", escaped(text));
}

std::string geometry_of(const Space& space) {
    const bool regular = std::ranges::all_of(space.axes, [](const Axis& axis) { return uniform(axis.coordinates); });
    return axes_information(space) + (regular ? regular_geometry(space) : rectilinear_geometry(space));
}

std::string attribute_of(const Component& component, const FieldLayout& field, const Space& space, std::int64_t save) {
    return fmt::format("<Attribute Name=\"{}\" AttributeType=\"Scalar\" Center=\"Node\">\n"
                       "<DataItem Dimensions=\"{}\" NumberType=\"Float\" Precision=\"{}\" Format=\"HDF\">"
                       "fields.h5:{}</DataItem>\n</Attribute>\n",
                       escaped(component.name), dimensions_of(space), field.precision == Precision::f32 ? 4 : 8,
                       escaped(view_path(component, save)));
}

} // namespace

Result<XdmfWriter> XdmfWriter::create(const std::filesystem::path& file, std::vector<Space> spaces,
                                      std::vector<FieldLayout> fields, std::int64_t copies) {
    XdmfWriter writer;
    writer.path_ = file.string();
    writer.spaces_ = std::move(spaces);
    writer.fields_ = std::move(fields);
    writer.copies_ = copies;
    writer.file_.reset(std::fopen(file.c_str(), "we"));
    if (!writer.file_ || std::fputs(header, writer.file_.get()) < 0)
        return file_failure("write", writer.path_, errno);
    writer.end_of_grids_ = std::ftell(writer.file_.get());
    if (std::fputs(footer, writer.file_.get()) < 0 || std::fflush(writer.file_.get()) != 0)
        return file_failure("write", writer.path_, errno);
    return writer;
}

Status XdmfWriter::append(std::int64_t save, double t) {
    std::string text = fmt::format("<Grid Name=\"save {}\" GridType=\"Collection\" CollectionType=\"Spatial\">\n"
                                   "<Time Value=\"{}\"/>\n",
                                   save + 1, number_text(t));
    for (const Space& space : spaces_) {
        std::string attributes;
        for (const FieldLayout& field : fields_)
            if (drawable_space(field, spaces_) == &space)
                for (const Component& component : components_of(field, field.copies_of(copies_)))
                    attributes += attribute_of(component, field, space, save);
        if (!attributes.empty())
            text += fmt::format("<Grid Name=\"{}\" GridType=\"Uniform\">\n{}{}</Grid>\n", escaped(space.name),
                                geometry_of(space), attributes);
    }
    text += "</Grid>\n";
    // The new grid takes the place of the closing tags, which follow it again.
    std::FILE* const file = file_.get();
    if (std::fseek(file, end_of_grids_, SEEK_SET) != 0 || std::fputs(text.c_str(), file) < 0)
        return file_failure("write", path_, errno);
    end_of_grids_ = std::ftell(file);
    if (std::fputs(footer, file) < 0 || std::fflush(file) != 0)
        return file_failure("write", path_, errno);
    return {};
}

} // namespace nphys::runtime
