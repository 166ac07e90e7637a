#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <limits>
#include <sstream>

#include "runtime/output/checkpoint.h"
#include "runtime/output/fields.h"
#include "runtime/output/hdf5_array.h"
#include "runtime/output/pack.h"
#include "runtime/output/run_folder.h"
#include "runtime/output/run_record.h"
#include "runtime/output/series.h"
#include "tests/unit/runtime_output.h"

namespace nphys::runtime {
namespace {


// What another program prints.
std::string output_of(const std::string& command) {
    std::string text;
    std::FILE* const pipe = popen(command.c_str(), "r");
    EXPECT_NE(pipe, nullptr);
    for (int letter = std::fgetc(pipe); letter != EOF; letter = std::fgetc(pipe))
        text += static_cast<char>(letter);
    EXPECT_EQ(pclose(pipe), 0) << command;
    return text;
}

// The numbers of a dataset as h5dump reads them.
std::vector<double> h5dump(const fs::path& file, const std::string& dataset) {
    const std::string text =
        output_of("h5dump -y -w 0 -m %.17g -d '" + dataset + "' '" + file.string() + "' | sed -n '/DATA {/,$p'");
    std::vector<double> values;
    std::string digits;
    const std::size_t start = std::min(text.find('{'), text.size());
    for (const char c : text.substr(start, text.find('}') - start))
        if ((std::isalnum(static_cast<unsigned char>(c)) != 0) || c == '.' || c == '-' || c == '+') {
            digits += c;
        } else if (!digits.empty()) {
            char* end = nullptr;
            const double value = std::strtod(digits.c_str(), &end);
            if (*end == '\0')
                values.push_back(value);
            digits.clear();
        }
    return values;
}

TEST_F(Output, a_run_never_overwrites_another) {
    const fs::path wanted = folder() / "a" / "b";
    ASSERT_TRUE(create_run_folder("m", wanted));
    ASSERT_TRUE(create_run_folder("m", wanted)); // empty as yet
    ASSERT_TRUE(write_text(wanted / "run.json", "{}"));
    const auto again = create_run_folder("m", wanted);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().message, "`" + wanted.string() + "` is there already, and is never overwritten");
    const auto file = create_run_folder("m", wanted / "run.json" / "c");
    ASSERT_FALSE(file);
    EXPECT_TRUE(file.error().message.ends_with("not a directory")) << file.error().message;
    EXPECT_EQ(*create_numbered_folder(wanted, 3), wanted / "0003");
}

TEST_F(Output, runs_that_begin_in_the_same_second_have_folders_of_their_own) {
    const fs::path before = fs::current_path();
    fs::current_path(folder());
    const auto first = create_run_folder("klein_gordon", {});
    const auto second = create_run_folder("klein_gordon", {});
    fs::current_path(before);
    ASSERT_TRUE(first && second);
    EXPECT_NE(*first, *second);
    EXPECT_TRUE(first->string().starts_with("runs/klein_gordon-2"));
    EXPECT_TRUE(first->string().find('Z') != std::string::npos);
}

TEST_F(Output, unwritable_places_are_told_with_the_reason) {
    EXPECT_EQ(write_text("/proc/none/x", "").error().message, "cannot write `/proc/none/x`: no such file or directory");
    EXPECT_FALSE(create_run_folder("m", "/proc/none"));
    EXPECT_FALSE(SeriesWriter::create("/proc/none/x", {}));
    const auto fields = FieldsWriter::create("/proc/none", {}, {});
    ASSERT_FALSE(fields);
    EXPECT_EQ(fields.error().message, "cannot write `/proc/none/fields.h5`: no such file or directory");
    EXPECT_EQ(write_checkpoint("/proc/none/c.h5", {}).error().kind, ErrorKind::file);
}

TEST_F(Output, numbers_in_the_series_read_back_as_the_same_doubles) {
    const std::vector<double> values{0.1, 1.0 / 3, 1e-310, -0.0, 1e22, std::numeric_limits<double>::max()};
    const fs::path path = folder() / "series.csv";
    {
        auto writer = SeriesWriter::create(path, {"a", "q[1,2]", "b", "c", "d", "e"});
        ASSERT_TRUE(writer);
        ASSERT_TRUE(writer->append(0, 0, values));
        ASSERT_TRUE(writer->append(10, 0.1, std::vector<double>{NAN, INFINITY, -INFINITY, 1, 2, 3}));
        EXPECT_FALSE(SeriesWriter::create(path, {})) << "the file is there already";
    }
    const auto series = read_series(path);
    ASSERT_TRUE(series);
    EXPECT_EQ(series->observables[1], "q[1,2]");
    for (std::size_t place = 0; place < values.size(); ++place) {
        EXPECT_EQ(series->values[place][0], values[place]);
        EXPECT_EQ(std::signbit(series->values[place][0]), std::signbit(values[place]));
    }
    EXPECT_TRUE(std::isnan(series->values[0][1]));
    EXPECT_EQ(series->values[2][1], -INFINITY);
    EXPECT_EQ(read_text(path)->substr(0, 44), "step,t,a,\"q[1,2]\",b,c,d,e\n0,0,0.1,0.33333333");
}

TEST_F(Output, a_resumed_series_drops_what_came_after_the_checkpoint) {
    const fs::path path = folder() / "series.csv";
    {
        auto writer = SeriesWriter::create(path, {"x"});
        for (const std::int64_t step : {0, 10, 20, 30})
            ASSERT_TRUE(writer->append(step, 0.1 * static_cast<double>(step), std::array{1.0}));
    }
    {
        auto writer = SeriesWriter::resume(path, {"x"}, 15);
        ASSERT_TRUE(writer);
        ASSERT_TRUE(writer->append(20, 2, std::array{2.0}));
    }
    const auto series = read_series(path);
    ASSERT_TRUE(series);
    EXPECT_EQ(series->step, (std::vector<double>{0, 10, 20}));
    EXPECT_EQ(series->values[0], (std::vector<double>{1, 1, 2}));
    EXPECT_FALSE(SeriesWriter::resume(path, {"y"}, 15));
}

Space plane() {
    return {"space", {{"x", {0, 1, 2}}, {"y", {-1, -0.5, 0, 0.5}}}};
}

// φ[i,a] = 100 x-place + 10 y-place + a, stored with the components apart, as compiled code may choose to.
std::vector<double> components_apart(double offset) {
    std::vector<double> values(2 * 3 * 4);
    for (std::size_t a = 0; a < 2; ++a)
        for (std::size_t x = 0; x < 3; ++x)
            for (std::size_t y = 0; y < 4; ++y)
                values[a * 12 + x * 4 + y] =
                    offset + 100 * static_cast<double>(x) + 10 * static_cast<double>(y) + static_cast<double>(a);
    return values;
}

std::vector<double> in_file_order(double offset) {
    std::vector<double> values;
    for (int x = 0; x < 3; ++x)
        for (int y = 0; y < 4; ++y)
            for (int a = 0; a < 2; ++a)
                values.push_back(offset + 100 * x + 10 * y + a);
    return values;
}

void write_two_saves(const fs::path& folder, int deflate) {
    auto writer =
        FieldsWriter::create(folder, {plane()}, {{"φ", "space", {"a"}, {2}}, {"E", "", {}, {}, Precision::f32}},
                             {.copies = 1, .deflate = deflate});
    ASSERT_TRUE(writer) << writer.error().message;
    const float energy = 0.5F;
    for (int save = 0; save < 2; ++save) {
        const std::vector<double> phi = components_apart(1000.0 * save);
        const Status saved = writer->save(10 * save, 0.5 * save, {{phi.data(), {4, 1, 12}}, {&energy, {}}});
        ASSERT_TRUE(saved) << saved.error().message;
    }
}

TEST_F(Output, fields_are_read_back_by_h5dump_in_the_declared_order) {
    for (const int deflate : {0, 6}) {
        const fs::path place = folder() / std::to_string(deflate);
        fs::create_directory(place);
        write_two_saves(place, deflate);
        const fs::path file = place / "fields.h5";
        std::vector<double> expected = in_file_order(0);
        const std::vector<double> second = in_file_order(1000);
        expected.insert(expected.end(), second.begin(), second.end());
        EXPECT_EQ(h5dump(file, "/fields/φ"), expected);
        EXPECT_EQ(h5dump(file, "/fields/E"), (std::vector<double>{0.5, 0.5}));
        EXPECT_EQ(h5dump(file, "/fields/step"), (std::vector<double>{0, 10}));
        EXPECT_EQ(h5dump(file, "/fields/t"), (std::vector<double>{0, 0.5}));
        EXPECT_EQ(h5dump(file, "/coordinates/space/y"), (std::vector<double>{-1, -0.5, 0, 0.5}));
        EXPECT_NE(output_of("h5dump -H '" + file.string() + "'").find("SIMPLE { ( 2, 3, 4, 2 )"), std::string::npos);
    }
}

TEST_F(Output, fields_are_read_back_with_their_axes) {
    write_two_saves(folder(), 0);
    auto reader = FieldsReader::open(folder() / "fields.h5");
    ASSERT_TRUE(reader) << reader.error().message;
    ASSERT_EQ(reader->fields().size(), 2U);
    const StoredField& phi = reader->fields()[0];
    EXPECT_EQ(phi.name, "φ");
    EXPECT_EQ(phi.axes, (std::vector<std::string>{"save", "x", "y", "a"}));
    EXPECT_EQ(phi.extents, (std::vector<std::int64_t>{2, 3, 4, 2}));
    EXPECT_EQ(phi.space, "space");
    EXPECT_EQ(reader->spaces()[0].axes[1].coordinates, plane().axes[1].coordinates);
    EXPECT_EQ(*reader->read(phi, 1), in_file_order(1000));
    EXPECT_EQ(reader->times(), (std::vector<double>{0, 0.5}));
    EXPECT_EQ(reader->steps(), (std::vector<std::int64_t>{0, 10}));
    EXPECT_EQ(FieldsReader::open(folder() / "none.h5").error().message,
              "cannot read `" + (folder() / "none.h5").string() + "`: no such file or directory");
}

TEST_F(Output, resumed_fields_drop_what_came_after_the_checkpoint) {
    write_two_saves(folder(), 0);
    const std::vector<FieldLayout> layouts{{"φ", "space", {"a"}, {2}}, {"E", "", {}, {}, Precision::f32}};
    {
        auto writer = FieldsWriter::resume(folder(), {plane()}, layouts, {}, 5);
        ASSERT_TRUE(writer) << writer.error().message;
        const std::vector<double> phi = components_apart(2000);
        const float energy = 2;
        ASSERT_TRUE(writer->save(20, 1, {{phi.data(), {4, 1, 12}}, {&energy, {}}}));
    }
    auto reader = FieldsReader::open(folder() / "fields.h5");
    ASSERT_TRUE(reader);
    EXPECT_EQ(reader->steps(), (std::vector<std::int64_t>{0, 20}));
    EXPECT_EQ(*reader->read(reader->fields()[0], 1), in_file_order(2000));
    EXPECT_FALSE(FieldsWriter::resume(folder(), {plane()}, {{"φ", "space", {"a"}, {3}}}, {}, 5));
}

TEST_F(Output, a_large_field_is_written_in_pieces) {
    Space space{"s", {{"x", std::vector<double>(512)}, {"y", std::vector<double>(1024)}}};
    for (Axis& axis : space.axes)
        for (std::size_t place = 0; place < axis.coordinates.size(); ++place)
            axis.coordinates[place] = static_cast<double>(place);
    auto writer = FieldsWriter::create(folder(), {space}, {{"f", "s", {}, {}}}, {.copies = 3});
    ASSERT_TRUE(writer);
    std::vector<double> values(3 * 512 * 1024);
    for (std::size_t place = 0; place < values.size(); ++place)
        values[place] = static_cast<double>(place);
    ASSERT_TRUE(writer->save(0, 0, {{values.data(), {512 * 1024, 1, 512}}})); // y slower than x in memory
    auto reader = FieldsReader::open(folder() / "fields.h5");
    ASSERT_TRUE(reader);
    const auto read = reader->read(reader->fields()[0], 0);
    ASSERT_TRUE(read);
    for (std::size_t copy = 0; copy < 3; ++copy)
        for (std::size_t x = 0; x < 512; x += 3)
            for (std::size_t y = 0; y < 1024; y += 7)
                ASSERT_EQ((*read)[(copy * 512 + x) * 1024 + y], values[copy * 512 * 1024 + y * 512 + x]);
}

// The content of all nodes that an XPath finds in a file.
std::vector<std::string> xpath(const fs::path& file, const char* path) {
    xmlDoc* const document = xmlReadFile(file.c_str(), nullptr, XML_PARSE_NONET);
    EXPECT_NE(document, nullptr);
    xmlXPathContext* const context = xmlXPathNewContext(document);
    xmlXPathObject* const found = xmlXPathEvalExpression(reinterpret_cast<const xmlChar*>(path), context);
    std::vector<std::string> texts;
    for (int place = 0; found->nodesetval != nullptr && place < found->nodesetval->nodeNr; ++place) {
        xmlChar* const text = xmlNodeGetContent(found->nodesetval->nodeTab[place]);
        texts.emplace_back(reinterpret_cast<const char*>(text));
        xmlFree(text);
    }
    xmlXPathFreeObject(found);
    xmlXPathFreeContext(context);
    xmlFreeDoc(document);
    return texts;
}

TEST_F(Output, xdmf_is_well_formed_and_points_into_fields_h5) {
    write_two_saves(folder(), 0);
    const fs::path file = folder() / "fields.xdmf";
    using Texts = std::vector<std::string>;
    EXPECT_EQ(xpath(file, "//Time/@Value"), (Texts{"0", "0.5"}));
    EXPECT_EQ(xpath(file, "//Topology/@Dimensions"), (Texts{"1 3 4", "1 3 4"}));
    EXPECT_EQ(xpath(file, "//Topology/@TopologyType")[0], "3DCoRectMesh");
    EXPECT_EQ(xpath(file, "//Geometry[@GeometryType='ORIGIN_DXDYDZ']/DataItem")[0], "0 0 -1");
    EXPECT_EQ(xpath(file, "//Geometry[@GeometryType='ORIGIN_DXDYDZ']/DataItem")[1], "1 1 0.5");
    EXPECT_EQ(xpath(file, "//Attribute/@Name"), (Texts{"φ[1]", "φ[2]", "φ[1]", "φ[2]"}));
    EXPECT_EQ(xpath(file, "//Information/@Value")[0], "X = y, Y = x");
    EXPECT_EQ(xpath(file, "//Attribute/DataItem")[3], "fields.h5:/paraview/φ.2/2");
    std::vector<double> second; // component 2 at save 2
    for (int x = 0; x < 3; ++x)
        for (int y = 0; y < 4; ++y)
            second.push_back(1000 + 100 * x + 10 * y + 1);
    EXPECT_EQ(h5dump(folder() / "fields.h5", "/paraview/φ.2/2"), second);
}

TEST_F(Output, xdmf_of_uneven_coordinates_is_rectilinear) {
    const Space space{"s<1>", {{"x", {0, 1, 4}}}};
    auto writer = FieldsWriter::create(folder(), {space}, {{"f", "s<1>", {}, {}}});
    ASSERT_TRUE(writer);
    const std::array values{1.0, 2.0, 3.0};
    ASSERT_TRUE(writer->save(0, 0, {{values.data(), {1}}}));
    const fs::path file = folder() / "fields.xdmf";
    EXPECT_EQ(xpath(file, "//Topology/@TopologyType")[0], "3DRectMesh");
    EXPECT_EQ(xpath(file, "//Geometry/DataItem")[0], "fields.h5:/coordinates/s<1>/x");
    EXPECT_EQ(xpath(file, "//Geometry/DataItem").size(), 3U);
}

TEST_F(Output, the_record_of_a_run_reads_back) {
    RunRecord record{.version = "0.1.0", .model = "klein_gordon", .title = "Klein–Gordon \"field\""};
    record.parameters = {{"m", 0.1}, {"λ", INFINITY}};
    record.seed = 0xFFFF'FFFF'FFFF'FFFF;
    record.last = {{"energy", NAN}};
    record.seconds = {{"run", 1.5}};
    record.notes = {{"backend", "llvm"}};
    record.source = "bad\xFFname";
    const fs::path path = folder() / "run.json";
    ASSERT_TRUE(write_run_record(path, record));
    const auto read = read_run_record(path);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->title, record.title);
    EXPECT_EQ(read->parameters, record.parameters);
    EXPECT_EQ(read->seed, record.seed);
    EXPECT_TRUE(std::isnan(read->last.at(0).second));
    EXPECT_EQ(read->notes, record.notes);
    EXPECT_NE(read_text(path)->find("\"processor\""), std::string::npos);
    ASSERT_TRUE(write_text(path, "[1"));
    EXPECT_FALSE(read_run_record(path));
}

TEST_F(Output, tables_quote_what_needs_it) {
    ASSERT_TRUE(write_table(folder() / "sweep.csv", {"m", "note"}, {{"0.1", "a,b"}, {"0.2", "say \"x\""}}));
    EXPECT_EQ(*read_text(folder() / "sweep.csv"), "m,note\n0.1,\"a,b\"\n0.2,\"say \"\"x\"\"\"\n");
}

TEST_F(Output, arrays_of_hdf5_files_are_read_whole_and_names_that_are_not_there_are_told) {
    FieldLayout layout;
    layout.name = "q";
    layout.range_names = {"a"};
    layout.range_extents = {3};
    {
        auto writer = FieldsWriter::create(folder(), {}, {layout});
        ASSERT_TRUE(writer);
        const std::array<double, 3> values{1, 2.5, -3};
        ASSERT_TRUE(writer->save(0, 0, std::vector<FieldView>{{values.data(), {1}}}));
    }
    const auto array = read_hdf5(folder() / "fields.h5", "fields/q");
    ASSERT_TRUE(array) << array.error().message;
    EXPECT_EQ(array->shape, (std::vector<std::int64_t>{1, 3}));
    EXPECT_EQ(array->values, (std::vector<double>{1, 2.5, -3}));
    const auto missing = read_hdf5(folder() / "fields.h5", "fields/p");
    ASSERT_FALSE(missing);
    EXPECT_NE(missing.error().message.find("has no data set `fields/p`"), std::string::npos);
}

TEST(Pack, dense_arrays_are_not_copied) {
    const std::array<double, 6> values{1, 2, 3, 4, 5, 6};
    const std::array<std::int64_t, 2> extents{2, 3};
    std::vector<std::byte> buffer;
    EXPECT_EQ(pack({values.data(), {3, 1}}, extents, Precision::f64, 1, 2, buffer), &values[3]);
    const auto* const turned =
        static_cast<const double*>(pack({values.data(), {1, 2}}, extents, Precision::f64, 0, 2, buffer));
    EXPECT_EQ(std::vector<double>(turned, turned + 6), (std::vector<double>{1, 3, 5, 2, 4, 6}));
}

} // namespace
} // namespace nphys::runtime
