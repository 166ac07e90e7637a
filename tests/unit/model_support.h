#pragma once
// Models from texts, for tests: parsed, built, with modules of the standard library and files given as texts.

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <string>

#include "compiler/algebra/print.h"
#include "compiler/base/render.h"
#include "compiler/model/build.h"
#include "compiler/syntax/parse.h"

namespace nphys::test {

// Numbers given in the test instead of files.
class Tables : public model::DataSource {
public:
    struct Table {
        std::int64_t rows, columns;
        std::vector<double> values;
    };
    std::map<std::string, Table> tables;
    std::map<std::string, model::EdgeTable> graphs;

    model::DataResult<model::TableShape> table(const model::DataFile& file) override {
        const auto found = tables.find(file.path.filename().string());
        if (found == tables.end())
            return missing(file.path);
        return model::TableShape{found->second.rows, found->second.columns, {}};
    }
    model::DataResult<std::vector<double>> numbers(const model::DataFile& file, std::int64_t first,
                                                   std::int64_t last) override {
        const Table& table = tables.at(file.path.filename().string());
        std::vector<double> chosen;
        for (std::int64_t row = 0; row < table.rows; ++row)
            for (std::int64_t column = first; column <= last; ++column)
                chosen.push_back(table.values[static_cast<std::size_t>(row * table.columns + column - 1)]);
        return chosen;
    }
    model::DataResult<std::vector<double>> labels(const model::DataFile& file, std::int64_t column) override {
        return numbers(file, column, column);
    }
    model::DataResult<model::EdgeTable> edges(const std::filesystem::path& path) override {
        const auto found = graphs.find(path.filename().string());
        if (found == graphs.end())
            return missing(path);
        return found->second;
    }

private:
    static model::DataFailure missing(const std::filesystem::path& path) {
        return {"there is no file `" + path.filename().string() + "`", ""};
    }
};

struct Built {
    SourceMap sources;
    Diagnostics diagnostics;
    std::map<std::string, std::unique_ptr<syntax::SyntaxTree>> trees;
    std::map<std::string, std::string> files; // texts of modules used by path
    Tables tables;
    model::Request request;
    model::Model model;

    const syntax::SyntaxTree* parse(const std::string& name, const std::string& text) {
        auto& tree = trees[name];
        if (!tree)
            tree = std::make_unique<syntax::SyntaxTree>(syntax::parse(sources.add(name, text), diagnostics));
        return tree.get();
    }
    const syntax::SyntaxTree* module(const std::string& name, bool is_path) {
        if (is_path)
            return files.contains(name) ? parse(name, files[name]) : nullptr;
        std::ifstream stream(std::string(NPHYS_SOURCE_DIR "/stdlib/") + name + ".nphys");
        if (!stream)
            return nullptr;
        std::ostringstream text;
        text << stream.rdbuf();
        return parse(name + ".nphys", text.str());
    }
    Built& build(const std::string& text) {
        const syntax::SyntaxTree* tree = parse("model.nphys", text);
        model = model::build(
            *tree, "",
            [this](const std::string& name, bool is_path, const std::filesystem::path&, Diagnostics&) {
                return module(name, is_path);
            },
            tables, request, diagnostics);
        return *this;
    }

    [[nodiscard]] std::string errors() const { return render_text(diagnostics, sources); }
    [[nodiscard]] std::string print(algebra::Expr expression) const { return algebra::print(*model.pool, expression); }
    [[nodiscard]] std::string print(const model::Component& component) const {
        return algebra::print_element(*model.pool, component.tensor, component.target) + " = " + print(component.value);
    }
    // The right-hand sides of law number `law`, one line each.
    [[nodiscard]] std::string law(std::size_t law) const {
        std::string text;
        for (const model::Component& component : model.laws.at(law).components)
            text += (text.empty() ? "" : "\n") + print(component);
        return text;
    }
    [[nodiscard]] std::string definition(const std::string& name) const {
        std::string text;
        for (const model::Tensor& tensor : model.tensors)
            if (tensor.name == name)
                for (const model::Component& component : tensor.definition)
                    text += (text.empty() ? "" : "\n") + print(component);
        return text;
    }
};

inline std::unique_ptr<Built> built(const std::string& text) {
    auto result = std::make_unique<Built>();
    result->build(text);
    return result;
}

// The value of the scalar `let H = …` in a model with a few variables.
inline std::string formula(const std::string& text) {
    const auto model =
        built("model m\nlattice space(x) = periodic(8)\nindex i, j in space\nindex a, b in 1..2\nindex n, k in 1..9\n"
              "param m = 1\nparam λ = 1\nneuron φ[i], ψ[i], f[i,a], u[n]\ntrainable w[n,k], c\nlet H = " +
              text + "\n");
    return model->diagnostics.has_errors() ? model->errors() : model->definition("H");
}

} // namespace nphys::test
