// What a run leaves behind, read by programs that are not ours: libhdf5, libxml2, nlohmann-json.
#include <cmath>
#include <fstream>
#include <hdf5.h>
#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <nlohmann/json.hpp>
#include <numbers>

#include "tests/cli/command.h"
#include "tests/cli/series.h"

namespace nphys::cli {
namespace {

namespace fs = std::filesystem;

struct Dataset {
    std::vector<hsize_t> shape;
    std::vector<double> values;
};

Dataset read_dataset(const fs::path& file, const std::string& name) {
    Dataset data;
    const hid_t opened = H5Fopen(file.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
    EXPECT_GE(opened, 0) << file;
    const hid_t set = H5Dopen2(opened, name.c_str(), H5P_DEFAULT);
    EXPECT_GE(set, 0) << name;
    const hid_t space = H5Dget_space(set);
    data.shape.resize(static_cast<std::size_t>(std::max(0, H5Sget_simple_extent_ndims(space))));
    H5Sget_simple_extent_dims(space, data.shape.data(), nullptr);
    data.values.resize(static_cast<std::size_t>(H5Sget_simple_extent_npoints(space)));
    EXPECT_GE(H5Dread(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, data.values.data()), 0);
    H5Sclose(space);
    H5Dclose(set);
    H5Fclose(opened);
    return data;
}

// The texts of all elements or attributes that an XPath finds.
std::vector<std::string> find_in_xml(const fs::path& file, const std::string& path) {
    std::vector<std::string> found;
    xmlDoc* const document = xmlReadFile(file.c_str(), nullptr, XML_PARSE_NONET);
    EXPECT_NE(document, nullptr) << file << " is not well-formed";
    xmlXPathContext* const context = xmlXPathNewContext(document);
    xmlXPathObject* const result = xmlXPathEvalExpression(reinterpret_cast<const xmlChar*>(path.c_str()), context);
    for (int n = 0; result->nodesetval != nullptr && n < result->nodesetval->nodeNr; ++n) {
        xmlChar* const text = xmlNodeGetContent(result->nodesetval->nodeTab[n]);
        found.emplace_back(reinterpret_cast<const char*>(text));
        xmlFree(text);
    }
    xmlXPathFreeObject(result);
    xmlXPathFreeContext(context);
    xmlFreeDoc(document);
    return found;
}

class RunFolder : public Command {
protected:
    void SetUp() override {
        Command::SetUp();
        const Ran ran = run({"run", model(small_model()).string(), "-o", "out", "--threads", "1"});
        ASSERT_EQ(ran.status, 0) << ran.err;
        text_ = ran.out;
    }
    [[nodiscard]] fs::path out() const { return folder() / "out"; }
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    std::string text_;
};

TEST_F(RunFolder, HoldsTheModelAsItWasRun) {
    EXPECT_EQ(read_text(out() / "small.nphys"), small_model());
}

TEST_F(RunFolder, SummaryTellsWhatWasDoneAndWhereItIs) {
    EXPECT_TRUE(contains(text(), "40 steps of leapfrog to t = 4")) << text();
    EXPECT_TRUE(contains(text(), "energy")) << text();
    EXPECT_TRUE(contains(text(), "sites/s")) << text();
    EXPECT_TRUE(contains(text(), "results in out")) << text();
}

TEST_F(RunFolder, RunRecordIsJson) {
    const auto record = nlohmann::json::parse(read_text(out() / "run.json"));
    EXPECT_EQ(record.at("model"), "small");
    EXPECT_EQ(record.at("title"), "A ring");
    EXPECT_EQ(record.at("scheme"), "leapfrog");
    EXPECT_EQ(record.at("precision"), "f64");
    EXPECT_EQ(record.at("parameters").at("mass"), 0.5);
    EXPECT_EQ(record.at("steps"), 40);
    EXPECT_EQ(record.at("seed"), 1);
    EXPECT_EQ(record.at("threads"), 1);
    EXPECT_EQ(record.at("status"), "done");
    EXPECT_NEAR(record.at("t").get<double>(), 4, 1e-12);
    EXPECT_TRUE(record.at("machine").contains("processor"));
    EXPECT_TRUE(record.at("seconds").contains("run"));
}

TEST_F(RunFolder, SeriesHasStepTimeAndEachObservable) {
    const Table series = read_series(out() / "series.csv");
    EXPECT_EQ(series.columns, (std::vector<std::string>{"step", "t", "energy", "φ[3]"}));
    EXPECT_EQ(series.column("step"), (std::vector<double>{0, 10, 20, 30, 40}));
    ASSERT_EQ(series.rows.size(), 5U);
    EXPECT_NEAR(series.column("φ[3]").front(), std::exp(-49.0), 1e-30);
    EXPECT_NEAR(series.column("energy").back() / series.column("energy").front(), 1, 1e-2);
}

TEST_F(RunFolder, FieldsAreReadByLibhdf5) {
    const Dataset field = read_dataset(out() / "fields.h5", "/fields/φ");
    EXPECT_EQ(field.shape, (std::vector<hsize_t>{3, 32}));
    const Dataset x = read_dataset(out() / "fields.h5", "/coordinates/ring/x");
    ASSERT_EQ(x.values.size(), 32U);
    for (std::size_t i = 0; i < 32; ++i) {
        EXPECT_DOUBLE_EQ(x.values[i], 0.5 * static_cast<double>(i));
        EXPECT_NEAR(field.values[i], std::exp(-std::pow(x.values[i] - 8, 2)), 1e-15);
    }
    EXPECT_EQ(read_dataset(out() / "fields.h5", "/fields/step").values, (std::vector<double>{0, 20, 40}));
    EXPECT_NEAR(read_dataset(out() / "fields.h5", "/fields/t").values.back(), 4, 1e-12);
    // The third site is the third column; the last save is the last row of the series.
    EXPECT_EQ(field.values[64 + 2], read_series(out() / "series.csv").column("φ[3]").back());
}

TEST_F(RunFolder, DescriptionForParaViewIsXmlAndNamesTheFields) {
    const fs::path file = out() / "fields.xdmf";
    EXPECT_EQ(find_in_xml(file, "//Time/@Value").size(), 3U);
    EXPECT_EQ(find_in_xml(file, "//Attribute[1]/@Name").front(), "φ");
    for (const std::string& item : find_in_xml(file, "//DataItem[@Format='HDF']"))
        EXPECT_TRUE(contains(item, "fields.h5:/")) << item;
}

TEST_F(RunFolder, PicturesArePngAndSvg) {
    int pictures = 0;
    for (const auto& entry : fs::directory_iterator(out() / "plots")) {
        const fs::path& file = entry.path();
        if (file.extension() == ".png")
            EXPECT_TRUE(read_text(file).starts_with("\x89PNG\r\n\x1a\n")) << file;
        else
            EXPECT_EQ(find_in_xml(file, "/*[local-name()='svg']").size(), 1U) << file;
        ++pictures;
    }
    for (const char* name : {"series.png", "series.svg", "φ.png", "φ.svg"})
        EXPECT_TRUE(fs::exists(out() / "plots" / name)) << name;
    EXPECT_GE(pictures, 4);
}

TEST_F(RunFolder, CheckpointIsThere) {
    EXPECT_GT(H5Fis_hdf5((out() / "checkpoint.h5").c_str()), 0);
}

TEST_F(Command, RunsWithoutFolderGoToFreshOnes) {
    const std::string file = model(small_model()).string();
    for (int n = 0; n < 2; ++n)
        ASSERT_EQ(run({"run", file, "--no-plots"}).status, 0);
    int runs = 0;
    for (const auto& entry : fs::directory_iterator(folder() / "runs")) {
        EXPECT_TRUE(entry.path().filename().string().starts_with("small-"));
        EXPECT_FALSE(fs::exists(entry.path() / "plots"));
        ++runs;
    }
    EXPECT_EQ(runs, 2);
}

// Copies stand behind the saves; what is one number for all of them has none. A histogram has the middles of its bins.
TEST_F(Command, AnEnsembleHasAnAxisOfCopiesAndColumnsOfStandardErrors) {
    const std::string file = model("model many\nindex n in 1..3\ntrainable q[n]\nlearning q[n] ← 0.5*q[n]\ninit q[n] = normal(n, 1)\n"
                                   "observe centre[n] = mean(q[n])\nobserve shape = histogram(q[1], 20, -4..6)\n"
                                   "run { steps = 4  ensemble = 50  observe centre every 2  save q, shape every 2 }\n").string();
    const Ran ran = run({"run", file, "-o", "out", "--no-plots"});
    ASSERT_EQ(ran.status, 0) << ran.err;
    const Table series = read_series(folder() / "out/series.csv");
    EXPECT_EQ(series.columns, (std::vector<std::string>{"step", "t", "centre[1]", "centre_stderr[1]", "centre[2]", "centre_stderr[2]",
                                                        "centre[3]", "centre_stderr[3]"}));
    const Dataset q = read_dataset(folder() / "out/fields.h5", "/fields/q"), shape = read_dataset(folder() / "out/fields.h5", "/fields/shape");
    EXPECT_EQ(q.shape, (std::vector<hsize_t>{3, 50, 3}));
    EXPECT_EQ(shape.shape, (std::vector<hsize_t>{3, 20}));
    double sum = 0;
    for (std::size_t copy = 0; copy < 50; ++copy) sum += q.values[(2 * 50 + copy) * 3 + 1];
    EXPECT_NEAR(sum / 50, series.column("centre[2]").back(), 1e-13);
    const Dataset middles = read_dataset(folder() / "out/fields.h5", "/coordinates/bins4/value");
    EXPECT_NEAR(middles.values.at(0), -3.75, 1e-13);
    EXPECT_NEAR(middles.values.at(19), 5.75, 1e-13);
    const nlohmann::json record = nlohmann::json::parse(read_text(folder() / "out/run.json"));
    EXPECT_EQ(record.at("copies"), 50);
}

} // namespace
} // namespace nphys::cli
