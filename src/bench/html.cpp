// The HTML report: recall against queries per second, drawn as inline SVG.
#include "bench/report.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "bench/format.h"

namespace vx::bench {

namespace {

// The drawing area in SVG units; the viewer scales it.
constexpr double kLeft = 84;
constexpr double kTop = 20;
constexpr double kRight = 880;
constexpr double kBottom = 420;
constexpr double kWidth = 900;
constexpr double kHeight = 480;

// Distinct in both color schemes and to the common kinds of color blindness (Okabe and Ito).
constexpr std::array<const char*, 7> kColors = {"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                                "#e69f00", "#56b4e9", "#7f7f7f"};

constexpr const char* kStyle = R"(
:root { color-scheme: light dark; --text: #1c1c1c; --faint: #6b6b6b; --line: #dddddd;
  --back: #ffffff; }
@media (prefers-color-scheme: dark) { :root { --text: #e6e6e6; --faint: #a0a0a0; --line: #3a3a3a;
  --back: #161616; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--back);
  max-width: 960px; margin: 2em auto; padding: 0 1em; }
h1 { font-size: 1.4em; } h2 { font-size: 1.1em; margin-top: 2em; }
svg { width: 100%; height: auto; } svg text { font: 13px system-ui, sans-serif; fill: var(--text); }
.grid { stroke: var(--line); } .tick { fill: var(--faint); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: .25em .7em; text-align: right; border-bottom: 1px solid var(--line); }
th { color: var(--faint); font-weight: 600; } th:first-child, td:first-child { text-align: left; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1em 1em; margin: .5em 0; }
dt { color: var(--faint); } dd { margin: 0; overflow-wrap: anywhere; }
)";

std::string escaped(const std::string& text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        default:
            if (static_cast<unsigned char>(c) >= 0x20) out += c;
        }
    }
    return out;
}

const char* color(std::size_t target) { return kColors[target % kColors.size()]; }

/// Maps recall and rate to SVG coordinates, and knows where the grid lines go.
class Axes {
public:
    explicit Axes(const Report& report) {
        double low_recall = 1;
        double low_rate = 1e300;
        double high_rate = 0;
        for (const auto& point : report.points) {
            const Summary summary = summarize(point);
            low_recall = std::min(low_recall, summary.recall);
            low_rate = std::min(low_rate, std::max(summary.slowest, 0.01));
            high_rate = std::max(high_rate, summary.fastest);
        }
        if (high_rate <= 0) {
            low_rate = 1;
            high_rate = 10;
        }
        step_ = recall_step(1 - low_recall);
        recall_from_ = std::max(0.0, std::floor(low_recall / step_ - 0.2) * step_);
        log_from_ = std::log10(low_rate) - 0.08;
        log_to_ = std::log10(std::max(high_rate, low_rate * 2)) + 0.08;
    }

    [[nodiscard]] double x(double recall) const {
        return kLeft + (recall - recall_from_) / (1 - recall_from_) * (kRight - kLeft);
    }
    [[nodiscard]] double y(double rate) const {
        const double part = (std::log10(std::max(rate, 0.01)) - log_from_) / (log_to_ - log_from_);
        return kBottom - part * (kBottom - kTop);
    }

    [[nodiscard]] std::vector<double> recall_ticks() const {
        std::vector<double> ticks;
        for (double at = recall_from_; at < 1 + step_ / 2; at += step_) ticks.push_back(at);
        return ticks;
    }
    /// 1, 2 and 5 times the powers of ten.
    [[nodiscard]] std::vector<double> rate_ticks() const {
        std::vector<double> ticks;
        for (double power = std::floor(log_from_); power <= log_to_; ++power) {
            for (const double digit : {1.0, 2.0, 5.0}) {
                const double rate = digit * std::pow(10.0, power);
                if (std::log10(rate) >= log_from_ && std::log10(rate) <= log_to_) {
                    ticks.push_back(rate);
                }
            }
        }
        return ticks;
    }

private:
    static double recall_step(double range) {
        for (const double step : {0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1}) {
            if (range <= step * 8) return step;
        }
        return 0.2;
    }

    double step_ = 0.1;
    double recall_from_ = 0;
    double log_from_ = 0;
    double log_to_ = 1;
};

std::string line(double x1, double y1, double x2, double y2) {
    return "<line class=\"grid\" x1=\"" + format("%.1f", x1) + "\" y1=\"" + format("%.1f", y1) +
           "\" x2=\"" + format("%.1f", x2) + "\" y2=\"" + format("%.1f", y2) + "\"/>\n";
}

std::string text_at(double x, double y, const std::string& attributes, const std::string& text) {
    return "<text x=\"" + format("%.1f", x) + "\" y=\"" + format("%.1f", y) + "\" " + attributes +
           ">" + escaped(text) + "</text>\n";
}

std::string grid(const Axes& axes) {
    std::string svg;
    for (const double recall : axes.recall_ticks()) {
        const double x = axes.x(recall);
        svg += line(x, kTop, x, kBottom);
        svg += text_at(x, kBottom + 20, "class=\"tick\" text-anchor=\"middle\"",
                       format("%.4g", recall));
    }
    for (const double rate : axes.rate_ticks()) {
        const double y = axes.y(rate);
        svg += line(kLeft, y, kRight, y);
        svg += text_at(kLeft - 8, y + 4, "class=\"tick\" text-anchor=\"end\"", format("%g", rate));
    }
    svg += text_at((kLeft + kRight) / 2, kHeight - 14, "text-anchor=\"middle\"",
                   "recall (right is better)");
    svg += text_at(18, (kTop + kBottom) / 2,
                   "text-anchor=\"middle\" transform=\"rotate(-90 18 " +
                       format("%.0f", (kTop + kBottom) / 2) + ")\"",
                   "queries per second, log scale (up is better)");
    return svg;
}

std::string curve(const Report& report, std::size_t target, const Axes& axes) {
    std::vector<std::pair<Summary, int>> points;
    for (const auto& point : report.points) {
        if (point.target == target) points.emplace_back(summarize(point), point.ef);
    }
    std::sort(points.begin(), points.end(),
              [](const auto& a, const auto& b) { return a.first.recall < b.first.recall; });
    std::string path;
    std::string marks;
    for (const auto& [summary, ef] : points) {
        const std::string x = format("%.1f", axes.x(summary.recall));
        const std::string y = format("%.1f", axes.y(summary.per_second));
        path += (path.empty() ? "" : " ") + x + "," + y;
        marks += "<line stroke=\"" + std::string(color(target)) + "\" x1=\"" + x + "\" x2=\"" + x +
                 "\" y1=\"" + format("%.1f", axes.y(summary.slowest)) + "\" y2=\"" +
                 format("%.1f", axes.y(summary.fastest)) + "\"/>\n<circle cx=\"" + x + "\" cy=\"" +
                 y + "\" r=\"4.5\" fill=\"" + color(target) + "\"><title>" +
                 escaped(report.targets[target].name) + ", ef " + std::to_string(ef) + ": recall " +
                 format("%.4f", summary.recall) + ", " + format("%.0f", summary.per_second) +
                 " queries/s</title></circle>\n";
    }
    return "<polyline fill=\"none\" stroke-width=\"2\" stroke=\"" + std::string(color(target)) +
           "\" points=\"" + path + "\"/>\n" + marks;
}

std::string legend(const Report& report) {
    std::size_t longest = 0;
    for (const auto& target : report.targets) longest = std::max(longest, target.name.size());
    const double width = 46 + 7.5 * static_cast<double>(longest);
    const double height = 12 + 22 * static_cast<double>(report.targets.size());
    // Curves fall from upper left to lower right: the lower left corner is the emptiest.
    const double left = kLeft + 14;
    const double top = kBottom - 14 - height;
    std::string svg = "<rect x=\"" + format("%.1f", left) + "\" y=\"" + format("%.1f", top) +
                      "\" width=\"" + format("%.1f", width) + "\" height=\"" +
                      format("%.1f", height) +
                      "\" rx=\"4\" fill=\"var(--back)\" stroke=\"var(--line)\"/>\n";
    for (std::size_t i = 0; i < report.targets.size(); ++i) {
        const double y = top + 17 + 22 * static_cast<double>(i);
        svg += "<circle cx=\"" + format("%.1f", left + 18) + "\" cy=\"" + format("%.1f", y) +
               "\" r=\"5\" fill=\"" + color(i) + "\"/>\n";
        svg += text_at(left + 32, y + 4.5, "", report.targets[i].name);
    }
    return svg;
}

std::string plot(const Report& report) {
    const Axes axes(report);
    std::string svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-label=\"Recall "
                      "against queries per second\" viewBox=\"0 0 " +
                      format("%.0f", kWidth) + " " + format("%.0f", kHeight) + "\">\n";
    svg += grid(axes);
    for (std::size_t i = 0; i < report.targets.size(); ++i) svg += curve(report, i, axes);
    return svg + legend(report) + "</svg>\n";
}

std::string cell(const std::string& text) { return "<td>" + escaped(text) + "</td>"; }

std::string table(const Report& report) {
    std::string html = "<div class=\"scroll\"><table>\n<thead><tr><th>target</th><th>ef</th>"
                       "<th>recall</th><th>queries/s</th><th>lowest</th><th>highest</th>"
                       "<th>p50 ms</th><th>p95 ms</th><th>p99 ms</th>";
    const bool compares = report.targets.size() > 1;
    if (compares) {
        html += "<th>times " + escaped(report.targets.front().name) + " at this recall</th>";
    }
    html += "</tr></thead>\n<tbody>\n";
    for (const auto& point : report.points) {
        const Summary summary = summarize(point);
        html += "<tr>" + cell(report.targets.at(point.target).name) +
                cell(std::to_string(point.ef)) + cell(format("%.4f", summary.recall)) +
                cell(format("%.0f", summary.per_second)) + cell(format("%.0f", summary.slowest)) +
                cell(format("%.0f", summary.fastest)) + cell(format("%.3f", summary.p50_ms)) +
                cell(format("%.3f", summary.p95_ms)) + cell(format("%.3f", summary.p99_ms));
        if (compares) {
            const auto times = advantage(report, point);
            html += cell(times ? format("%.2f", *times) : "-");
        }
        html += "</tr>\n";
    }
    return html + "</tbody></table></div>\n";
}

std::string list(const Facts& facts) {
    std::string html = "<dl>\n";
    for (const auto& [name, value] : facts) {
        html += "<dt>" + escaped(name) + "</dt><dd>" + escaped(value) + "</dd>\n";
    }
    return html + "</dl>\n";
}

}  // namespace

std::string report_html(const Report& report) {
    std::string html = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>"
                       "<meta name=\"viewport\" content=\"width=device-width\"/><title>" +
                       escaped(report.title) + "</title><style>" + kStyle +
                       "</style></head>\n<body>\n<h1>" + escaped(report.title) + "</h1>\n";
    html += plot(report);
    html += "<p>A dot is the median of the rounds, the line through it their range. Point at a dot "
            "for its numbers.</p>\n";
    html += table(report);
    html += "<h2>Setup</h2>\n" + (report.setup.empty() ? "" : list(report.setup));
    for (const auto& target : report.targets) {
        html += "<h2>" + escaped(target.name) + "</h2>\n";
        if (!target.facts.empty()) html += list(target.facts);
    }
    return html + "</body></html>\n";
}

}  // namespace vx::bench
