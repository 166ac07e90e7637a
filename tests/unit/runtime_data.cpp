#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "runtime/data/graph.h"
#include "runtime/data/idx.h"
#include "runtime/data/npy.h"
#include "runtime/data/table.h"

namespace nphys::runtime {
namespace {

Table table_of(std::string_view text, const CsvOptions& options = {}) {
    Result<Table> table = parse_csv(text, "t.csv", options);
    EXPECT_TRUE(table) << (table ? "" : table.error().message);
    return table ? std::move(*table) : Table{};
}

Error error_of(std::string_view text) {
    const Result<Table> table = parse_csv(text, "t.csv");
    EXPECT_FALSE(table);
    return table ? Error{} : table.error();
}

TEST(Csv, separators_are_found_out) {
    for (const std::string_view text :
         {"1,2,3\n4,5,6\n", "1;2;3\n4;5;6", "1\t2\t3\r\n4\t5\t6\r\n", "1  2 3\n 4 5   6 \n"}) {
        const Table table = table_of(text);
        ASSERT_EQ(table.rows, 2) << text;
        ASSERT_EQ(table.columns, 3) << text;
        EXPECT_EQ(*numbers(table, 1, 3), (std::vector<double>{1, 2, 3, 4, 5, 6}));
    }
}

TEST(Csv, a_first_row_without_any_number_is_a_header) {
    const Table with = table_of("x,species\n1.5,setosa\n");
    EXPECT_EQ(with.rows, 1);
    EXPECT_EQ(find_column(with, "species"), 2);
    EXPECT_FALSE(find_column(with, "colour"));
    EXPECT_EQ(table_of("5.1,setosa\n4.9,setosa\n").rows, 2);
    EXPECT_EQ(table_of("1990,1991\n1,2\n", {.header = true, .separator = {}}).rows, 1);
}

TEST(Csv, comments_quotes_blank_lines_and_a_byte_order_mark_are_understood) {
    const Table table = table_of("\xEF\xBB\xBF# iris\n\nname , value # both\n\"a, \"\"b\"\"\n c\",1 # one\n  d#e ,2\n");
    ASSERT_EQ(table.rows, 2);
    EXPECT_EQ(table.cell(1, 1), "a, \"b\"\n c");
    EXPECT_EQ(table.cell(2, 1), "d#e");
    EXPECT_EQ(table.lines, (std::vector<std::int64_t>{4, 6}));
    EXPECT_EQ(*numbers(table, 2), (std::vector<double>{1, 2}));
}

TEST(Csv, ragged_rows_are_told_with_their_lines) {
    const Error error = error_of("1,2,3\n# note\n4,5\n");
    EXPECT_EQ(error.message, "`t.csv`, line 3: 2 cells, where line 1 has 3");
    EXPECT_EQ(error.line, 3);
    EXPECT_EQ(error.kind, ErrorKind::format);
}

TEST(Csv, a_cell_that_is_no_number_is_told_with_line_and_column) {
    const Table table = table_of("1,2\n3,x4\n5,\n6,nan\n7;1,5\n");
    const Result<std::vector<double>> bad = numbers(table, 2);
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().message, "`t.csv`, line 2, column 2: `x4` is not a number");
    EXPECT_EQ(bad.error().line, 2);
    EXPECT_EQ(bad.error().column, 2);
    EXPECT_EQ(numbers(table_of("1,2\n5,\n"), 2).error().message, "`t.csv`, line 2, column 2: the cell is empty");
    EXPECT_EQ(numbers(table_of("1,2\n5,nan\n"), 2).error().message,
              "`t.csv`, line 2, column 2: `nan` is not a finite number");
    EXPECT_EQ(numbers(table_of("1,2\n5,1e999\n"), 2).error().message,
              "`t.csv`, line 2, column 2: `1e999` is not a finite number");
    EXPECT_EQ(numbers(table_of("1;2\n5;1,5\n"), 2).error().help, "write the decimal point as `.`");
    EXPECT_EQ(numbers(table_of("1,2\n"), 3).error().message, "`t.csv` has 2 columns, no 3..3");
}

TEST(Csv, empty_files_and_open_quotes_are_told) {
    EXPECT_EQ(error_of("").message, "`t.csv` holds no rows");
    EXPECT_EQ(error_of("# nothing\n\n").message, "`t.csv` holds no rows");
    EXPECT_EQ(error_of("1,2\n3,\"4\n5\n").message, "`t.csv`, line 2: a quote is opened and not closed");
    EXPECT_EQ(error_of("1,\"2\"3\n").message, "`t.csv`, line 1: text after a quoted cell");
    EXPECT_EQ(read_csv("missing.csv").error().message, "cannot read `missing.csv`: no such file or directory");
    EXPECT_EQ(read_csv("/").error().message, "cannot read `/`: is a directory");
}

TEST(Csv, classes_are_numbered_from_one_in_order) {
    const auto species = classes(table_of("1,setosa\n2,virginica\n3,setosa\n4,'x'\n"), 2);
    ASSERT_TRUE(species);
    EXPECT_EQ(species->names, (std::vector<std::string>{"'x'", "setosa", "virginica"}));
    EXPECT_EQ(species->labels, (std::vector<std::int64_t>{2, 3, 2, 1}));
    EXPECT_EQ(classes(table_of("10\n9\n0\n"), 1)->names, (std::vector<std::string>{"0", "9", "10"}));
    EXPECT_EQ(classes(table_of("1,a\n2,\n"), 2).error().message, "`t.csv`, line 2, column 2: the label is missing");
}

TEST(Csv, no_text_makes_it_crash) {
    const std::string_view letters = "1,\n\"# ;\tx.e-+\r";
    std::uint32_t state = 1;
    for (int round = 0; round < 20'000; ++round) {
        std::string text;
        for (std::uint32_t length = round % 23U; length > 0; --length) {
            state = state * 1664525U + 1013904223U;
            text += letters[(state >> 16U) % letters.size()];
        }
        if (const Result<Table> table = parse_csv(text, "t.csv"))
            (void)numbers(*table, 1);
        (void)parse_edges(text, "t.csv");
    }
}

TEST(Graph, an_edge_list_becomes_sparse_rows) {
    // G[2,1] = 0.5, G[1,3] = -1, G[2,3] = 2
    const Result<Graph> graph = parse_edges("from,to,weight\n3,1,-1\n3,2,2\n1,2,0.5\n", "net.csv");
    ASSERT_TRUE(graph);
    EXPECT_EQ(graph->nodes, 3);
    EXPECT_EQ(graph->row_starts, (std::vector<std::int64_t>{0, 1, 3, 3}));
    EXPECT_EQ(graph->columns, (std::vector<std::int64_t>{2, 0, 2}));
    EXPECT_EQ(graph->weights, (std::vector<double>{-1, 0.5, 2}));
    EXPECT_TRUE(graph->names.empty());
}

TEST(Graph, nodes_may_have_names_and_weights_are_one_by_default) {
    const Result<Graph> graph = parse_edges("left right\nright middle\n", "net.csv");
    ASSERT_TRUE(graph);
    EXPECT_EQ(graph->names, (std::vector<std::string>{"left", "right", "middle"}));
    EXPECT_EQ(graph->row_starts, (std::vector<std::int64_t>{0, 0, 1, 2}));
    EXPECT_EQ(graph->weights, (std::vector<double>{1, 1}));
}

TEST(Graph, what_is_no_edge_list_is_told) {
    const auto message = [](std::string_view text) {
        const Result<Graph> graph = parse_edges(text, "net.csv");
        return graph ? "" : graph.error().message;
    };
    EXPECT_EQ(message("1,2\n0,1\n"), "`net.csv`, line 2: `0` is not a node");
    EXPECT_EQ(message("1,2\n1.5,1\n"), "`net.csv`, line 2: `1.5` is not a node");
    EXPECT_EQ(message("1,2,1\n2,1,1\n1,2,3\n"), "`net.csv`, line 3: this edge stands already on line 1");
    EXPECT_EQ(message("1,2,3,4\n"), "`net.csv` has 4 columns");
    EXPECT_EQ(message("1,3,2\n1,2,heavy\n"), "`net.csv`, line 2, column 3: `heavy` is not a number");
    EXPECT_EQ(message("1,2000000000\n"), "`net.csv` has 1 edges and a node 2000000000");
}

std::filesystem::path write_npy(const std::string& dictionary, const std::string& data) {
    const std::filesystem::path path = std::filesystem::path(testing::TempDir()) / "array.npy";
    std::ofstream file(path, std::ios::binary);
    file << "\x93NUMPY" << '\1' << '\0' << static_cast<char>(dictionary.size()) << '\0' << dictionary << data;
    return path;
}

TEST(Npy, arrays_are_read_in_c_order) {
    const std::string bytes{1, 2, 3, 4, 5, 6};
    const auto rows = read_npy(write_npy("{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }\n", bytes));
    ASSERT_TRUE(rows);
    EXPECT_EQ(rows->shape, (std::vector<std::int64_t>{2, 3}));
    EXPECT_EQ(rows->values, (std::vector<double>{1, 2, 3, 4, 5, 6}));
    const auto columns = read_npy(write_npy("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }\n", bytes));
    ASSERT_TRUE(columns);
    EXPECT_EQ(columns->values, (std::vector<double>{1, 3, 5, 2, 4, 6}));
    const auto single = read_npy(
        write_npy("{'descr': '<f4', 'fortran_order': False, 'shape': (), }\n", std::string("\0\0\xc0\x3f", 4)));
    ASSERT_TRUE(single) << single.error().message;
    EXPECT_EQ(single->values, std::vector<double>{1.5});
}

TEST(Npy, damaged_files_are_told) {
    const auto kind = [](const std::string& dictionary, const std::string& data) {
        const auto array = read_npy(write_npy(dictionary, data));
        return array ? "" : array.error().message.substr(array.error().message.find("` ") + 2);
    };
    EXPECT_EQ(kind("{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }\n", "12345678"),
              "ends early, or late: 3 values are announced and 1 are there");
    EXPECT_EQ(kind("{'descr': '>f8', 'fortran_order': False, 'shape': (1,), }\n", "12345678"),
              "holds values of the type `>f8`");
    EXPECT_EQ(kind("{'descr': [('r', '<f8')], 'shape': (1,)}", ""), "is not a NumPy array");
    EXPECT_EQ(kind("{'descr': '<f8', 'shape': (99999999999999999999999,)}", ""), "is not a NumPy array");
    EXPECT_EQ(kind("{'descr': '<f8', 'shape': (", ""), "ends early, or late: 1 values are announced and 0 are there");
}

std::filesystem::path write_idx(const std::string& bytes) {
    const std::filesystem::path path = std::filesystem::path(testing::TempDir()) / "array-idx2";
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
}

std::string idx(char type, const std::string& data) {
    return std::string("\0\0", 2) + type + std::string("\2\0\0\0\2\0\0\0\1", 9) + data;
}

TEST(Idx, numbers_of_all_types_are_big_endian) {
    const auto values = [](char type, const std::string& data) {
        const auto array = read_idx(write_idx(idx(type, data)));
        EXPECT_TRUE(array) << (array ? "" : array.error().message);
        return array ? array->values : std::vector<double>{};
    };
    const auto array = read_idx(write_idx(idx(0x08, "\x01\xff")));
    ASSERT_TRUE(array);
    EXPECT_EQ(array->shape, (std::vector<std::int64_t>{2, 1}));
    EXPECT_EQ(array->values, (std::vector<double>{1, 255}));
    EXPECT_EQ(values(0x09, "\x01\xff"), (std::vector<double>{1, -1}));
    EXPECT_EQ(values(0x0B, std::string("\x01\x00\xff\xff", 4)), (std::vector<double>{256, -1}));
    EXPECT_EQ(values(0x0D, std::string("\x3f\xc0\0\0\xbf\x80\0\0", 8)), (std::vector<double>{1.5, -1}));
}

TEST(Idx, damaged_files_are_told) {
    const auto told = [](const std::string& bytes) {
        const auto array = read_idx(write_idx(bytes));
        return array ? "" : array.error().message.substr(array.error().message.find("` ") + 2);
    };
    EXPECT_EQ(told("\x1f\x8b compressed"), "is not an IDX file");
    EXPECT_EQ(told(idx(0x07, "12")), "is not an IDX file");
    EXPECT_EQ(told(idx(0x08, "1")), "ends early, or late: 2 values are announced and 1 are there");
}

} // namespace
} // namespace nphys::runtime
