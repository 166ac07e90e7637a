#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <libxml/parser.h>

#include "runtime/output/fields.h"
#include "runtime/output/run_folder.h"
#include "runtime/output/run_record.h"
#include "runtime/output/series.h"
#include "runtime/plots/picture.h"
#include "runtime/plots/run_pictures.h"

namespace nphys::runtime {
namespace {

namespace fs = std::filesystem;

class Plots : public testing::Test {
protected:
    void SetUp() override {
        std::string pattern = (fs::path(testing::TempDir()) / "nphys-XXXXXX").string();
        ASSERT_NE(mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
    }
    void TearDown() override {
        if (std::getenv("NPHYS_KEEP_PICTURES") == nullptr)
            fs::remove_all(folder_);
    }
    [[nodiscard]] const fs::path& folder() const { return folder_; }

private:
    fs::path folder_;
};

void expect_picture(const fs::path& file) {
    const Result<std::string> content = read_text(file);
    ASSERT_TRUE(content) << file;
    EXPECT_GT(content->size(), 2000U) << file;
    if (file.extension() == ".png") {
        EXPECT_TRUE(content->starts_with("\x89PNG\r\n\x1a\n"));
        EXPECT_EQ(content->substr(content->size() - 8, 4), "IEND");
        return;
    }
    xmlDoc* const document = xmlReadMemory(content->data(), static_cast<int>(content->size()), "", nullptr,
                                           XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_HUGE);
    EXPECT_NE(document, nullptr) << file;
    xmlFreeDoc(document);
}

std::vector<double> samples(std::size_t count, double (*function)(double)) {
    std::vector<double> values;
    for (std::size_t place = 0; place < count; ++place)
        values.push_back(function(0.05 * static_cast<double>(place)));
    return values;
}

TEST_F(Plots, lines_panels_and_images_are_drawn_as_png_and_svg) {
    const std::vector<double> t = samples(20'000, [](double x) { return x; });
    const std::vector<double> sine = samples(20'000, [](double x) { return std::sin(x); });
    const std::vector<double> constant(t.size(), 0.25);
    std::vector<double> broken = sine;
    broken[10'000] = NAN;
    Image image{32, 2000, std::vector<double>(32 * 2000), -8, 7.5, 0, 100};
    for (std::size_t place = 0; place < image.values.size(); ++place)
        image.values[place] = std::sin(0.1 * static_cast<double>(place));
    for (const char* ending : {".png", ".svg"}) {
        const auto file = [&](const char* name) { return folder() / (std::string(name) + ending); };
        ASSERT_TRUE(draw_lines(file("lines"), {"title", "t", "y"}, {{"a", t, sine}, {"b", t, constant}}));
        ASSERT_TRUE(draw_lines(file("broken"), {"", "t", "y"}, {{"", t, broken, constant}}));
        ASSERT_TRUE(draw_lines(file("logarithmic"), {"", "t", "y"}, {{"", t, t}},
                               {.x_scale = Scale::logarithmic, .y_scale = Scale::logarithmic}));
        ASSERT_TRUE(draw_lines(file("point"), {"", "t", "y"}, {{"", {0}, {0}}}));
        ASSERT_TRUE(draw_lines(file("nothing"), {"", "t", "y"}, {{"", {}, {}}}));
        ASSERT_TRUE(
            draw_panels(file("panels"), {"title", "t"}, {{"energy", {{"", t, constant}}}, {"x", {{"", t, sine}}}}));
        ASSERT_TRUE(draw_image(file("image"), {"φ", "x", "t", "φ"}, image, {.same_scale = false}));
        ASSERT_TRUE(draw_image(file("one"), {"φ", "x", "y", "φ"}, {1, 1, {2.0}}));
        for (const char* name : {"lines", "broken", "logarithmic", "point", "nothing", "panels", "image", "one"})
            expect_picture(file(name));
    }
}

TEST_F(Plots, labels_are_taken_as_they_are) {
    const fs::path trap = folder() / "trap";
    const std::string label = "φ_x^2 'a' \"b\" `touch " + trap.string() + "` {/:Bold c} \\ %g @";
    const fs::path file = folder() / "it's φ.svg";
    ASSERT_TRUE(draw_lines(file, {label, "line\nbreak", label}, {{label, {0, 1}, {0, 1}}}));
    expect_picture(file);
    EXPECT_NE(read_text(file)->find("φ_x^2 'a'"), std::string::npos);
    EXPECT_FALSE(fs::exists(trap));
}

TEST_F(Plots, what_cannot_be_drawn_is_told) {
    const Status ending = draw_lines(folder() / "a.pdf", {}, {});
    ASSERT_FALSE(ending);
    EXPECT_TRUE(ending.error().message.ends_with("is neither a .png nor an .svg file"));
    EXPECT_FALSE(draw_image(folder() / "a.png", {}, {}));
    EXPECT_FALSE(draw_panels(folder() / "a.png", {}, {}));
    EXPECT_FALSE(draw_lines("/proc/none/a.png", {}, {{"", {0, 1}, {0, 1}}}));
}

TEST_F(Plots, a_missing_gnuplot_is_told_with_its_package) {
    const std::string path = std::getenv("PATH");
    setenv("PATH", "/nowhere", 1);
    const Status able = can_draw();
    const Status drawn = draw_lines(folder() / "a.png", {}, {{"", {0, 1}, {0, 1}}});
    setenv("PATH", path.c_str(), 1);
    ASSERT_FALSE(able);
    ASSERT_FALSE(drawn);
    EXPECT_EQ(drawn.error().kind, ErrorKind::program);
    EXPECT_EQ(drawn.error().message, "gnuplot, which draws the pictures, is not installed");
    EXPECT_TRUE(can_draw());
}

Axis axis(const char* name, std::int64_t sites) {
    Axis result{name, {}};
    for (std::int64_t site = 0; site < sites; ++site)
        result.coordinates.push_back(-8 + 16 * static_cast<double>(site) / static_cast<double>(sites));
    return result;
}

// A ring in a plane, a ball in space, waves on a line.
void write_fields(const fs::path& folder) {
    auto writer = FieldsWriter::create(folder,
                                       {{"line", {axis("x", 128)}},
                                        {"plane", {axis("x", 48), axis("y", 32)}},
                                        {"space", {axis("x", 32), axis("y", 24), axis("z", 16)}}},
                                       {{"u", "line", {"a"}, {2}}, {"v", "plane", {}, {}}, {"φ", "space", {}, {}}});
    ASSERT_TRUE(writer);
    for (int save = 0; save < 40; ++save) {
        const double t = 0.5 * save;
        std::vector<double> u;
        for (const double x : axis("x", 128).coordinates)
            for (const int a : {1, 2})
                u.push_back(std::exp(-std::pow(x - (a == 1 ? t / 4 : -t / 4), 2)) * std::cos(3 * x - t));
        std::vector<double> v;
        std::vector<double> phi;
        for (const double x : axis("x", 48).coordinates)
            for (const double y : axis("y", 32).coordinates)
                v.push_back(std::exp(-std::pow(std::hypot(x - 2, y) - t / 4, 2)));
        for (const double x : axis("x", 32).coordinates)
            for (const double y : axis("y", 24).coordinates)
                for (const double z : axis("z", 16).coordinates)
                    phi.push_back(std::cos(x) * std::exp(-(x * x / 4 + y * y + z * z) / 8));
        ASSERT_TRUE(writer->save(save, t, {{u.data(), {2, 1}}, {v.data(), {32, 1}}, {phi.data(), {24 * 16, 16, 1}}}));
    }
}

TEST_F(Plots, a_run_is_pictured_from_its_files) {
    write_fields(folder());
    RunRecord record{.model = "waves", .title = "Waves of all dimensions"};
    record.notes = {{"phase portrait", "φ[1],π"}};
    ASSERT_TRUE(write_run_record(folder() / "run.json", record));
    auto series = SeriesWriter::create(folder() / "series.csv", {"energy", "φ[1]", "φ[2]", "left", "left_stderr", "π"});
    ASSERT_TRUE(series);
    for (int step = 0; step < 500; ++step) {
        const double t = 0.04 * step;
        ASSERT_TRUE(series->append(step, t,
                                   std::array{13.05 + 1e-12 * std::sin(t), std::cos(t), std::sin(t) / 2,
                                              1 - std::exp(-t / 5), 0.05 * std::exp(-t / 9), std::sin(t)}));
    }
    ASSERT_TRUE(series->flush());
    const auto files = draw_run(folder());
    ASSERT_TRUE(files) << files.error().message;
    std::vector<std::string> names;
    for (const fs::path& file : *files) {
        expect_picture(file);
        names.push_back(file.filename().string());
    }
    EXPECT_EQ(names,
              (std::vector<std::string>{"series.png", "series.svg", "φ-1-π.png", "φ-1-π.svg", "u-1.png", "u-1.svg",
                                        "u-1-spacetime.png", "u-1-spacetime.svg", "u-2.png", "u-2.svg",
                                        "u-2-spacetime.png", "u-2-spacetime.svg", "v.png", "v.svg", "φ.png", "φ.svg"}));
    EXPECT_FALSE(draw_run(folder() / "plots"));
}

TEST_F(Plots, a_run_without_saves_and_records_has_no_pictures) {
    ASSERT_TRUE(write_run_record(folder() / "run.json", {}));
    ASSERT_TRUE(FieldsWriter::create(folder(), {}, {}));
    ASSERT_TRUE(SeriesWriter::create(folder() / "series.csv", {"x"}));
    const auto files = draw_run(folder());
    ASSERT_TRUE(files) << files.error().message;
    EXPECT_TRUE(files->empty());
}

} // namespace
} // namespace nphys::runtime
