#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "runtime/plots/gnuplot.h"
#include "runtime/plots/picture.h"
#include "runtime/plots/style.h"

namespace nphys::runtime {
namespace {

using namespace plots;

constexpr std::size_t most_points = 4000; // more than there are pixels
constexpr std::size_t most_names = 10;    // in a legend

// The least and the greatest value of each piece, in their order: peaks stay.
Curve thinned(const Curve& curve) {
    const std::size_t count = std::min(curve.x.size(), curve.y.size());
    if (count <= most_points || !curve.error.empty() || !std::ranges::is_sorted(curve.x))
        return curve;
    Curve result{curve.name};
    const std::size_t pieces = most_points / 2;
    for (std::size_t piece = 0; piece < pieces; ++piece) {
        const std::size_t begin = count * piece / pieces;
        const std::size_t end = count * (piece + 1) / pieces;
        std::size_t least = begin;
        std::size_t most = begin;
        for (std::size_t place = begin; place < end; ++place) {
            least = curve.y[place] < curve.y[least] ? place : least;
            most = curve.y[place] > curve.y[most] ? place : most;
        }
        for (const std::size_t place : {std::min(least, most), std::max(least, most)}) {
            result.x.push_back(curve.x[place]);
            result.y.push_back(curve.y[place]);
        }
    }
    return result;
}

Range y_range(const std::vector<Curve>& curves) {
    Range range;
    for (const Curve& curve : curves)
        for (std::size_t place = 0; place < curve.y.size(); ++place) {
            const double error = place < curve.error.size() ? curve.error[place] : 0;
            range.include(curve.y[place] - error);
            range.include(curve.y[place] + error);
        }
    return range;
}

Range x_range(const std::vector<Curve>& curves) {
    Range range;
    for (const Curve& curve : curves)
        for (const double x : curve.x)
            range.include(x);
    return range;
}

// What spans less than a decade has no mark of its own: it is shown from one to the next.
double decade_below(const Range& range) {
    return range.most < 10 * range.least ? std::pow(10.0, std::floor(std::log10(range.least))) : range.least;
}
double decade_above(const Range& range) {
    return range.most < 10 * range.least ? std::pow(10.0, std::ceil(std::log10(range.most) + 1e-9)) : range.most;
}

// Room above and below; a constant is drawn in the middle.
std::string set_range(const char* axis, const Range& range, double margin, Scale scale) {
    if (range.empty)
        return fmt::format("set {}range [0:1]\n", axis);
    if (scale == Scale::logarithmic)
        return range.least > 0 ? fmt::format("set {}range [{:.17g}:{:.17g}]\n", axis, decade_below(range), decade_above(range))
                               : fmt::format("set {}range [*:{:.17g}]\n", axis, range.most);
    const double width = range.most - range.least;
    const double room = width > 0 ? margin * width : std::max(std::abs(range.most) * 0.1, 1e-300);
    const double some = width > 0 || range.most != 0 ? room : 1;
    return fmt::format("set {}range [{:.17g}:{:.17g}]\n", axis, range.least - some, range.most + some);
}

std::string axis_scale(const char* axis, Scale scale) {
    return scale == Scale::logarithmic ? fmt::format("set logscale {}\nset format {} '%g'\n", axis, axis) : "";
}

struct Panes {
    const LineOptions& options;
    AxisUnit x_unit;
    bool label_above = false; // level, at the upper left, where panes are low
};

std::string y_axis_label(const std::string& text, const Panes& panes) {
    if (!panes.label_above)
        return fmt::format("set ylabel {} textcolor '#202020'\n", literal(text));
    return fmt::format("set label 1 {} at graph 0, graph 1 offset 0, character 0.8 left textcolor '#202020'\n",
                       literal(text));
}

std::string key_of(const Curve& curve, bool named) {
    return named && !curve.name.empty() ? fmt::format("title {}", literal(curve.name)) : std::string("notitle");
}

// Pale, so that curves are seen before them.
std::string bars(Gnuplot& job, const Curve& curve, const std::string& colour, bool named) {
    const double width = (curve.x.back() - curve.x.front()) / static_cast<double>(curve.x.size() - 1);
    return fmt::format("{} using 1:2:({:.17g}) with boxes fillstyle solid 0.35 noborder fillcolor '{}' {}",
                       job.add_columns({&curve.x, &curve.y}), width, colour, key_of(curve, named));
}

// `plot …` for the curves of one pane, with its y axis.
std::string plot_curves(Gnuplot& job, const std::vector<Curve>& curves, const std::string& y_label,
                        const Panes& panes) {
    const Range range = y_range(curves);
    const bool linear = panes.options.y_scale == Scale::linear;
    const double first = curves.empty() || curves[0].y.empty() ? 0 : curves[0].y[0];
    const AxisUnit unit = linear && !panes.options.equal_axes ? unit_for(range, first, true) : AxisUnit{};
    Range shown;
    if (!range.empty) {
        shown.include(unit(range.least));
        shown.include(unit(range.most));
    }
    const bool named = curves.size() <= most_names &&
                       std::ranges::any_of(curves, [](const Curve& curve) { return !curve.name.empty(); });
    std::string text = set_range("y", shown, 0.06, panes.options.y_scale) + axis_scale("y", panes.options.y_scale);
    text += y_axis_label(unit.label(y_label), panes);
    text += named ? "set key top right outside vertical reverse Left samplen 1.6 spacing 1.15 textcolor '#303030'\n"
                  : "unset key\n";
    std::vector<std::string> elements;
    for (std::size_t number = 0; number < curves.size(); ++number) {
        Curve curve = thinned(curves[number]);
        for (double& x : curve.x)
            x = panes.x_unit(x);
        for (double& y : curve.y)
            y = unit(y);
        const std::string colour = curve_colour(number, curves.size(), panes.options.ordered);
        if (curve.x.empty() || curve.x.size() != curve.y.size())
            continue;
        if (curve.error.size() == curve.y.size()) {
            for (double& error : curve.error)
                error *= std::pow(10.0, -unit.exponent);
            elements.push_back(fmt::format("{} using 1:($2-$3):($2+$3) with filledcurves fillstyle transparent solid "
                                           "0.22 noborder fillcolor '{}' notitle",
                                           job.add_columns({&curve.x, &curve.y, &curve.error}), colour));
        }
        if (curve.bars && curve.x.size() > 1) {
            elements.push_back(bars(job, curve, colour, named));
            continue;
        }
        const bool lone = curve.x.size() == 1;
        elements.push_back(fmt::format("{} using 1:2 with {} linecolor '{}' linewidth 1.6 pointtype 7 pointsize 0.5 {}",
                                       job.add_columns({&curve.x, &curve.y}),
                                       lone ? "points" : (panes.options.points ? "linespoints" : "lines"), colour,
                                       key_of(curve, named)));
    }
    if (elements.empty())
        elements.emplace_back("NaN notitle");
    return fmt::format("{}plot {}\n", text, fmt::join(elements, ", \\\n  "));
}

std::string x_axis(const std::string& label, const Range& range, const AxisUnit& unit, const LineOptions& options) {
    Range shown;
    if (!range.empty) {
        shown.include(unit(range.least));
        shown.include(unit(range.most));
    }
    return set_range("x", shown, options.equal_axes ? 0.06 : 0, options.x_scale) + axis_scale("x", options.x_scale) +
           fmt::format("set xlabel {} textcolor '#202020'\n", literal(unit.label(label)));
}

bool has_names(const std::vector<Panel>& panels) {
    return std::ranges::any_of(panels, [](const Panel& panel) {
        return panel.curves.size() <= most_names &&
               std::ranges::any_of(panel.curves, [](const Curve& curve) { return !curve.name.empty(); });
    });
}

// In characters.
double longest_name(const std::vector<Panel>& panels) {
    std::ptrdiff_t longest = 0;
    for (const Panel& panel : panels)
        for (const Curve& curve : panel.curves)
            longest = std::max(longest, std::ranges::count_if(curve.name, [](char byte) { return (byte & 0xC0) != 0x80; }));
    return static_cast<double>(longest);
}

} // namespace

Status draw_lines(const std::filesystem::path& file, const PictureLabels& labels, const std::vector<Curve>& curves,
                  const LineOptions& options) {
    const Result<std::string> start = opening(file, options.equal_axes ? Size{700, 640} : Size{});
    if (!start)
        return tl::unexpected(start.error());
    Gnuplot job(file);
    const Range range = x_range(curves);
    const bool plain = options.equal_axes || options.x_scale == Scale::logarithmic;
    const AxisUnit unit = plain ? AxisUnit{} : unit_for(range, 0, false);
    job.script = *start + title_line(labels.title) + x_axis(labels.x_label, range, unit, options);
    if (options.equal_axes)
        job.script += "set size ratio -1\n";
    job.script += plot_curves(job, curves, labels.y_label, {options, unit});
    return job.draw();
}

Status draw_panels(const std::filesystem::path& file, const PictureLabels& labels, const std::vector<Panel>& panels) {
    if (panels.empty())
        return failure(ErrorKind::program, fmt::format("there is nothing to draw in `{}`", file.string()));
    const auto count = static_cast<double>(panels.size());
    const Size size{900, 110 + std::max(450.0 / count, 190.0) * count};
    const Result<std::string> start = opening(file, size);
    if (!start)
        return tl::unexpected(start.error());
    Gnuplot job(file);
    Range together;
    for (const Panel& panel : panels)
        for (const double end : {x_range(panel.curves).least, x_range(panel.curves).most})
            together.include(end);
    const bool apart = std::ranges::any_of(panels, [](const Panel& panel) { return !panel.x_label.empty(); });
    // A common left margin, so that equal times stand above each other.
    job.script = *start + "set multiplot\nset lmargin at screen 0.085\n";
    job.script += fmt::format("set rmargin at screen {}\n", !has_names(panels) ? 0.965 : apart ? 0.91 - 0.009 * longest_name(panels) : 0.84);
    const double top = 1 - 66 / size.height;
    const double bottom = 56 / size.height;
    const double gap = (apart ? 76 : 38) / size.height;
    const double height = (top - bottom - gap * (count - 1)) / count;
    for (std::size_t number = 0; number < panels.size(); ++number) {
        const double upper = top - static_cast<double>(number) * (height + gap);
        const Panel& panel = panels[number];
        const bool labelled = apart || number + 1 == panels.size();
        const Range range = apart ? x_range(panel.curves) : together;
        const AxisUnit unit = unit_for(range, 0, false);
        const LineOptions options{.y_scale = panel.y_scale};
        job.script +=
            fmt::format("set tmargin at screen {:.4f}\nset bmargin at screen {:.4f}\n", upper, upper - height);
        job.script += number == 0 ? title_line(labels.title) + "set title offset 0, character 1.2\n" : "unset title\n";
        job.script += x_axis(labelled ? (apart ? panel.x_label : labels.x_label) : "", range,
                             labelled ? unit : AxisUnit{0, unit.exponent}, options);
        job.script += labelled ? "set format x '%g'\n" : "set xlabel ''\nset format x ''\n";
        job.script += "unset logscale y\n" + plot_curves(job, panel.curves, panel.y_label, {options, unit, true});
    }
    job.script += "unset multiplot\n";
    return job.draw();
}

} // namespace nphys::runtime
