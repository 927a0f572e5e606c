// tasks: a walk through a graph (after Graves et al. 2016, "Hybrid computing using a neural network with dynamic external memory", the graph
// tasks). The edges of a small graph come in one a step, each from a node under a label to a node; then a node and a label, and after it
// further labels: at each of these steps the answer is the node that is reached. Nodes and labels are one-hot bits.
#include <algorithm>
#include <vector>

#include "base/utf8.h"
#include "tasks/split.h"
#include "tasks/tasks.h"

namespace heed {
namespace {

struct Edge {
  int from, label, to;
};

/// What an example is made of. Labels lead on from `start`, and there is an edge for each of them.
struct Walk {
  std::vector<Edge> edges;
  int start = 0;
  std::vector<int> labels = {};
};

char node_letter(int node) { return static_cast<char>('a' + node); }
char label_digit(int label) { return static_cast<char>('1' + label); }

class GraphWalkTask final : public WholeInputTask {
 public:
  explicit GraphWalkTask(const Json& spec)
      : nodes_(spec["nodes"]), labels_(spec["labels"]), fewest_(spec["min_edges"]), most_(std::max(fewest_, spec["max_edges"].get<int>())),
        hops_(spec["walk"]), hops_long_(std::max(hops_, spec["test_walk"].get<int>())), source_vocabulary_(edge_names(), " "), target_vocabulary_(node_names(), " ") {}

  const Part& info() const override { return graph_walk_part(); }
  TaskForm form() const override {
    TaskForm form;
    form.answer = Answer::kEach;
    form.source_width = 2 * nodes_ + labels_ + 1;
    form.target_width = nodes_;
    form.values = ValueKind::kBits;
    return form;
  }
  const Vocabulary& source_vocabulary() const override { return source_vocabulary_; }
  const Vocabulary& target_vocabulary() const override { return target_vocabulary_; }
  int max_source_length(Split split) const override { return most_ + (split == Split::kTestLong ? hops_long_ : hops_); }
  int max_target_length(Split split) const override { return max_source_length(split); }
  std::uint64_t example_count(Split) const override { return std::uint64_t{1} << 53; }
  Example example(Split split, std::uint64_t seed, std::uint64_t index) const override;
  std::vector<Example> probes() const override;
  Result<Example> read_input(std::string_view text) const override;
  std::string input_text(const Example& example) const override { return text_of(walk_from(example)); }

 private:
  /// Tokens: every edge, then every question's beginning, then every further label.
  std::vector<std::string> edge_names() const;
  std::vector<std::string> node_names() const;
  int edge_token(const Edge& e) const { return kFirstToken + (e.from * labels_ + e.label) * nodes_ + e.to; }
  int first_question() const { return kFirstToken + nodes_ * labels_ * nodes_; }
  int first_label() const { return first_question() + nodes_ * labels_; }

  Walk draw(Random& random, int hops) const;
  Example complete(const Walk& walk) const;
  Walk walk_from(const Example& example) const;
  std::string text_of(const Walk& walk) const;
  std::string advice() const {
    return std::string("Write the edges, each as node, label, node, a stroke, and a walk: a node and the labels to follow, for example “a1b b2c c1a | a12”. ") +
           "Nodes are a to " + node_letter(nodes_ - 1) + ", labels 1 to " + label_digit(labels_ - 1) + ".";
  }

  int nodes_, labels_, fewest_, most_, hops_, hops_long_;
  Vocabulary source_vocabulary_, target_vocabulary_;
};

std::vector<std::string> GraphWalkTask::edge_names() const {
  std::vector<std::string> names;
  for (int from = 0; from < nodes_; ++from)
    for (int label = 0; label < labels_; ++label)
      for (int to = 0; to < nodes_; ++to) names.push_back({node_letter(from), label_digit(label), node_letter(to)});
  for (int from = 0; from < nodes_; ++from)
    for (int label = 0; label < labels_; ++label) names.push_back({node_letter(from), label_digit(label), '?'});
  for (int label = 0; label < labels_; ++label) names.push_back({label_digit(label), '?'});
  return names;
}

std::vector<std::string> GraphWalkTask::node_names() const {
  std::vector<std::string> names{"·"};
  for (int node = 0; node < nodes_; ++node) names.emplace_back(1, node_letter(node));
  return names;
}

/// The number of the edge that leads away from `node` under `label`; -1: there is none.
int edge_of(const std::vector<Edge>& edges, int node, int label) {
  const auto at = std::ranges::find_if(edges, [&](const Edge& e) { return e.from == node && e.label == label; });
  return at == edges.end() ? -1 : static_cast<int>(at - edges.begin());
}

/// Edges with beginnings and labels of their own; then a walk along edges that are there, drawn anew where it comes to an end too early.
Walk GraphWalkTask::draw(Random& random, int hops) const {
  for (;;) {
    Walk walk;
    const int count = random.between(fewest_, most_);
    while (static_cast<int>(walk.edges.size()) < count) {
      const Edge edge{random.below(nodes_), random.below(labels_), random.below(nodes_)};
      if (edge.from != edge.to && edge_of(walk.edges, edge.from, edge.label) < 0) walk.edges.push_back(edge);
    }
    int node = walk.start = random.below(nodes_);
    const int length = random.between(1, hops);
    for (int tries = 0; static_cast<int>(walk.labels.size()) < length && tries < 4 * hops; ++tries) {
      const int label = random.below(labels_), edge = edge_of(walk.edges, node, label);
      if (edge < 0) continue;
      walk.labels.push_back(label);
      node = walk.edges[static_cast<std::size_t>(edge)].to;
    }
    if (static_cast<int>(walk.labels.size()) == length) return walk;
  }
}

Example GraphWalkTask::complete(const Walk& walk) const {
  Example example;
  const auto add = [&](int token, int from, int label, int to, bool asked) {
    example.source.push_back(token);
    const std::size_t first = example.source_values.size();
    example.source_values.resize(first + static_cast<std::size_t>(2 * nodes_ + labels_ + 1), 0.0f);
    const auto set = [&](int at) { example.source_values[first + static_cast<std::size_t>(at)] = 1; };
    if (from >= 0) set(from);
    set(nodes_ + label);
    if (to >= 0) set(nodes_ + labels_ + to);
    if (asked) set(2 * nodes_ + labels_);
    example.asked.push_back(asked ? 1.0f : 0.0f);
  };
  for (const Edge& edge : walk.edges) add(edge_token(edge), edge.from, edge.label, edge.to, false);
  example.target.assign(walk.edges.size(), kFirstToken);
  example.alignment.resize(walk.edges.size());
  example.target_values.assign(walk.edges.size() * static_cast<std::size_t>(nodes_), 0.0f);
  int node = walk.start;
  for (const int label : walk.labels) {
    const bool begins = example.target.size() == walk.edges.size();
    add(begins ? first_question() + walk.start * labels_ + label : first_label() + label, begins ? walk.start : -1, label, -1, true);
    const int edge = edge_of(walk.edges, node, label);
    node = walk.edges[static_cast<std::size_t>(edge)].to;
    example.target.push_back(kFirstToken + 1 + node);
    example.alignment.push_back({edge});
    for (int other = 0; other < nodes_; ++other) example.target_values.push_back(other == node ? 1.0f : 0.0f);
  }
  return example;
}

Example GraphWalkTask::example(Split split, std::uint64_t seed, std::uint64_t index) const {
  Random random = example_stream(split, seed, index);
  for (;;) {
    const Walk walk = draw(random, split == Split::kTestLong ? hops_long_ : hops_);
    if (split == Split::kTestLong && static_cast<int>(walk.labels.size()) != hops_long_) continue;
    const std::string text = text_of(walk);
    if (split == Split::kTestLong || is_held_out(text.substr(0, text.find('|'))) == (split == Split::kTest)) return complete(walk);
  }
}

std::vector<Example> GraphWalkTask::probes() const {
  std::vector<Example> chosen;
  Random random(1, Purpose::kSample);
  for (const int hops : {1, (hops_ + 1) / 2, hops_, hops_long_}) {
    Walk walk = draw(random, hops);
    while (static_cast<int>(walk.labels.size()) != hops || !is_held_out(text_of(walk).substr(0, text_of(walk).find('|')))) walk = draw(random, hops);
    chosen.push_back(complete(walk));
  }
  return chosen;
}

std::string GraphWalkTask::text_of(const Walk& walk) const {
  std::string text;
  for (const Edge& edge : walk.edges) text += std::string{node_letter(edge.from), label_digit(edge.label), node_letter(edge.to), ' '};
  text += std::string("| ") + node_letter(walk.start);
  for (const int label : walk.labels) text += label_digit(label);
  return text;
}

Walk GraphWalkTask::walk_from(const Example& example) const {
  Walk walk;
  for (const int token : example.source) {
    const int number = token - kFirstToken;
    if (token < first_question()) {
      walk.edges.push_back({number / nodes_ / labels_, number / nodes_ % labels_, number % nodes_});
    } else if (token < first_label()) {
      walk.start = (token - first_question()) / labels_;
      walk.labels.push_back((token - first_question()) % labels_);
    } else {
      walk.labels.push_back(token - first_label());
    }
  }
  return walk;
}

Result<Example> GraphWalkTask::read_input(std::string_view text) const {
  Walk walk;
  std::string signs;
  for (const char c : utf8_lower(text))
    if (c != ' ' && c != '\t' && c != '\n' && c != '\r' && c != ',') signs += c;
  const std::size_t stroke = std::min(signs.find('|'), signs.size());
  const auto node = [&](std::size_t at) { return at < signs.size() ? signs[at] - 'a' : -1; };
  const auto label = [&](std::size_t at) { return at < signs.size() ? signs[at] - '1' : -1; };
  const auto within = [](int number, int count) { return number >= 0 && number < count; };
  for (std::size_t at = 0; at < stroke; at += 3) {
    const Edge edge{node(at), label(at + 1), node(at + 2)};
    if (at + 3 > stroke || !within(edge.from, nodes_) || !within(edge.label, labels_) || !within(edge.to, nodes_)) {
      const std::string shown = utf8_excerpt(signs.substr(at, std::min<std::size_t>(3, stroke - at)), 3);
      return Error{"“" + shown + "” is no edge. " + advice(), "graph_edge", {shown}};
    }
    if (edge_of(walk.edges, edge.from, edge.label) >= 0)
      return Error{"Two edges leave " + std::string(1, node_letter(edge.from)) + " under the label " + label_digit(edge.label) + ": nobody could say which is meant. " + advice(),
                   "graph_two_edges", {std::string(1, node_letter(edge.from)), std::string(1, label_digit(edge.label))}};
    walk.edges.push_back(edge);
  }
  if (walk.edges.empty()) return Error{"There is no edge yet. " + advice(), "graph_empty"};
  if (stroke + 2 >= signs.size() || !within(node(stroke + 1), nodes_)) return Error{"Behind the stroke stands a node and the labels to follow. " + advice(), "graph_no_walk"};
  walk.start = node(stroke + 1);
  int reached = walk.start;
  for (std::size_t at = stroke + 2; at < signs.size(); ++at) {
    const int edge = within(label(at), labels_) ? edge_of(walk.edges, reached, label(at)) : -1;
    if (edge < 0) {
      const std::string from(1, node_letter(reached)), under = utf8_excerpt(signs.substr(at), 1);
      return Error{"No edge leaves " + from + " under “" + under + "”. " + advice(), "graph_no_way", {from, under}};
    }
    walk.labels.push_back(label(at));
    reached = walk.edges[static_cast<std::size_t>(edge)].to;
  }
  if (walk.edges.size() + walk.labels.size() > kMaximumSource) return Error{"At most " + std::to_string(kMaximumSource) + " edges and labels fit.", "too_many_edges", {std::to_string(kMaximumSource)}};
  return complete(walk);
}

}  // namespace

const Part& graph_walk_part() {
  static const Part part{"graph_walk", "Walk through a graph",
                         "The edges of a small graph go by, each from a node under a label to a node; then a walk: a node and labels to follow. At every label the "
                         "answer is the node that is reached, so that each answer is needed to find the next.",
                         "After Graves et al. 2016 (Nature 538), graph experiments",
                         {integer_field("nodes", "Nodes", "How many the graph has.", 3, 10, 5, "nodes"),
                          integer_field("labels", "Labels", "How many different labels edges have; none twice from one node.", 1, 4, 2, "labels"),
                          integer_field("min_edges", "Fewest edges", "The smallest graphs in training have so many.", 2, 20, 3, "edges"), integer_field("max_edges", "Most edges", "The largest graphs have so many.", 2, 20, 6, "edges"),
                          integer_field("walk", "Longest walk", "Labels to follow, in training.", 1, 8, 3, "labels"),
                          integer_field("test_walk", "Longest walk tested", "Walks of just this length show whether a program was learnt.", 1, 12, 6, "labels")}};
  return part;
}

Result<std::unique_ptr<Task>> make_graph_walk(const Json& spec, std::string_view) {
  const int nodes = spec["nodes"], labels = spec["labels"], edges = std::max(spec["min_edges"].get<int>(), spec["max_edges"].get<int>());
  if (edges > nodes * labels)
    return Error{"task.max_edges: " + std::to_string(nodes) + " nodes and " + std::to_string(labels) + " labels allow for " + std::to_string(nodes * labels) +
                 " edges. Take more nodes or labels, or fewer edges."};
  return std::unique_ptr<Task>(std::make_unique<GraphWalkTask>(spec));
}

}  // namespace heed
