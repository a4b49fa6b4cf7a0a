// The small data set that the repository carries: frequent words of the GloVe package.
#include "bench/fetch.h"
#include "bench/process.h"

#include <algorithm>
#include <cstdio>
#include <stdexcept>

namespace vx::bench {

namespace {

/// Letters only, and a vowel among them: leaves out numbers, punctuation and most abbreviations.
bool looks_english(const std::string& word) {
    const auto is_lower = [](char c) { return c >= 'a' && c <= 'z'; };
    if (word.size() == 1) return word == "a" || word == "i";
    return std::all_of(word.begin(), word.end(), is_lower) &&
           word.find_first_of("aeiouy") != std::string::npos;
}

/// "0.12" as ".12" and "-0.5" as "-.5", without zeros at the end: float input reads it alike.
std::string short_number(float value, int decimals) {
    char text[64];
    std::snprintf(text, sizeof text, "%.*f", decimals, static_cast<double>(value));
    std::string number = text;
    if (number.find('.') != std::string::npos) {
        while (number.back() == '0') number.pop_back();
        if (number.back() == '.') number.pop_back();
    }
    const std::size_t digits = number.front() == '-' ? 1 : 0;
    if (number.size() > digits + 1 && number[digits] == '0') number.erase(digits, 1);
    return number == "-0" ? "0" : number;
}

}  // namespace

std::vector<WordVector> frequent_words(std::vector<WordVector> words, std::size_t count) {
    std::erase_if(words, [](const WordVector& word) { return !looks_english(word.word); });
    if (words.size() < count) {
        throw std::runtime_error("the package has only " + std::to_string(words.size()) +
                                 " suitable words");
    }
    words.resize(count);
    return words;
}

void write_words(const std::vector<WordVector>& words, const std::filesystem::path& path,
                 int decimals) {
    const std::string extension = path.extension().string();
    const bool compressed = extension == ".xz" || extension == ".gz";
    const std::filesystem::path plain = compressed ? path.string() + ".partial" : path.string();
    std::ofstream out(plain, std::ios::trunc);
    for (const auto& [word, vector] : words) {
        out << word << "\t[";
        for (std::size_t i = 0; i < vector.size(); ++i) {
            out << (i > 0 ? "," : "") << short_number(vector[i], decimals);
        }
        out << "]\n";
    }
    out.close();
    if (!out) throw std::runtime_error("could not write file \"" + plain.string() + "\"");
    if (!compressed) return;
    // -n keeps name and time out of gzip's header, so that the same words give the same bytes.
    const std::vector<std::string> command =
        extension == ".xz" ? std::vector<std::string>{"xz", "-9e", "-T1", "-c", plain.string()}
                           : std::vector<std::string>{"gzip", "-9", "-n", "-c", plain.string()};
    run_program(command, std::filesystem::current_path(), path);
    std::filesystem::remove(plain);
}

}  // namespace vx::bench
