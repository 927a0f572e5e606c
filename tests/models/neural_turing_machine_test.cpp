// models: the Neural Turing Machine: names, a machine wired by hand that copies without training, the gradient, what its taps hold.
#include <cmath>
#include <set>

#include "models/form_bench.h"
#include "tasks/registry.h"

using namespace heed;
using namespace heed::test;

namespace {

Json machine_spec(const std::string& controller, int hidden, int rows, int width) {
  return {{"type", "neural_turing_machine"}, {"controller", controller}, {"hidden", hidden}, {"rows", rows}, {"row_width", width}, {"start", "own"}};
}

std::unique_ptr<Task> copy_task(int bits) {
  Result<std::unique_ptr<Task>> task = make_task(Json{{"type", "bit_copy"}, {"bits", bits}, {"max_length", 8}, {"test_length", 31}});
  REQUIRE_MESSAGE(task.ok(), (task.ok() ? "" : task.error()));
  return std::move(*task);
}

Json as_json(const Example& example) {
  return {{"source", example.source}, {"target", example.target}, {"source_values", example.source_values}, {"target_values", example.target_values}};
}

/// A machine on a backend, and its numbers by name.
struct MachineBench {
  std::unique_ptr<Model> model;
  FormBatch batch;
  TestState state;

  MachineBench(Backend& backend, const Json& spec, const TaskForm& form, const Json& examples)
      : model(model_for(spec, form, 20, 20)), batch(form, examples), state(backend, model->parameters().arena_elems()) {
    state.write(Arena::kParameters, model->parameters().initial_values(1));
  }
  const ParameterInfo& info(const std::string& name) const {
    for (const ParameterInfo& one : model->parameters().all())
      if (one.name == name) return one;
    throw std::invalid_argument("no parameter " + name);
  }
  void set(const std::string& name, const std::vector<float>& values) {
    REQUIRE(values.size() == info(name).shape.count());
    state.write(Arena::kParameters, values, info(name).offset);
  }
};

/// A parameter under construction, zeros at first.
struct Wires {
  int in, out;
  std::vector<float> weight, bias;
  Wires(int from, int to) : in(from), out(to), weight(static_cast<std::size_t>(from * to), 0), bias(static_cast<std::size_t>(to), 0) {}
  float& at(int from, int to) { return weight[static_cast<std::size_t>(from * out + to)]; }
  float& of(int to) { return bias[static_cast<std::size_t>(to)]; }
};

constexpr int kBits = 3, kRows = 34, kWidth = kBits + 1, kPhase = kBits, kMark = kBits;
constexpr float kHard = 20;  // tanh of it is 1 in single precision

/// Copying as a program. A row holds a vector as -1 and 1, and a phase: 1 where something has been written. The read head waits at row 0, whose
/// phase is -1, and moves on from the mark; a reading of phase 1 then says that the answer has begun. The write head moves on before it writes.
/// Units: p (bit is 1 and is to be written), n (bit is 0 and is to be written), v (the bits just read), u (1: write, -1: read).
void wire_copy(MachineBench& bench) {
  const int p = 0, n = kBits, v = 2 * kBits, u = 3 * kBits, hidden = 3 * kBits + 1, read = kBits + 1;
  Wires controller(kBits + 1 + kWidth, hidden);
  for (int bit = 0; bit < kBits; ++bit) {
    controller.at(bit, p + bit) = 2 * kHard, controller.at(bit, n + bit) = -2 * kHard;
    for (const int unit : {p + bit, n + bit}) controller.at(kMark, unit) = -2 * kHard, controller.at(read + kPhase, unit) = -kHard;
    controller.of(p + bit) = -2 * kHard;
    controller.of(n + bit) = 0;
    controller.at(read + bit, v + bit) = kHard;
  }
  controller.at(read + kPhase, u) = -kHard, controller.at(kMark, u) = -2 * kHard;
  bench.set("controller.weight", controller.weight);
  bench.set("controller.bias", controller.bias);
  for (const std::string head : {"write1", "read1"}) {
    Wires address(hidden, kWidth + 3 + 3);  // key, beta, g, gamma, s
    address.of(kWidth + 1) = -60;           // never by content
    address.of(kWidth + 2) = 10;            // sharp
    const int back = kWidth + 3, stay = back + 1, on = back + 2;
    address.of(back) = -200;
    const float writes = head == "write1" ? kHard : -kHard;
    address.at(u, on) = writes, address.at(u, stay) = -writes;
    bench.set(head + ".address.weight", address.weight);
    bench.set(head + ".address.bias", address.bias);
    std::vector<float> first(kRows, 0);
    first[0] = 60;
    bench.set(head + ".first", first);
  }
  Wires erase(hidden, kWidth), add(hidden, kWidth), output(hidden + kWidth, kBits);
  for (int i = 0; i < kWidth; ++i) erase.at(u, i) = 2 * kHard;
  for (int bit = 0; bit < kBits; ++bit) add.at(p + bit, bit) = kHard, add.at(n + bit, bit) = -kHard, output.at(v + bit, bit) = kHard;
  add.at(u, kPhase) = kHard, add.of(kPhase) = kHard;
  bench.set("write1.erase.weight", erase.weight), bench.set("write1.erase.bias", erase.bias);
  bench.set("write1.add.weight", add.weight), bench.set("write1.add.bias", add.bias);
  bench.set("output.weight", output.weight), bench.set("output.bias", output.bias);
  std::vector<float> memory(kRows * kWidth, 0), reading(kWidth, 0);
  memory[kPhase] = reading[kPhase] = -1;
  bench.set("memory.first", memory), bench.set("reading.first", reading);
}

}  // namespace

TEST_SUITE("models.neural_turing_machine") {
  TEST_CASE("names of parameters and taps are pinned") {
    const auto task = copy_task(4);
    const auto model = model_for(machine_spec("feed_forward", 8, 6, 5), task->form(), 20, 20);
    std::set<std::string> names;
    for (const ParameterInfo& info : model->parameters().all()) names.insert(info.name);
    CHECK(names == std::set<std::string>{"memory.first", "reading.first", "output.weight", "output.bias", "controller.weight", "controller.bias",
                                         "write1.address.weight", "write1.address.bias", "write1.erase.weight", "write1.erase.bias",
                                         "write1.add.weight", "write1.add.bias", "write1.first", "read1.address.weight", "read1.address.bias",
                                         "read1.first"});
    std::vector<std::string> taps{"input", "logits", "memory.read_from", "memory.write", "memory.read", "memory.content"};
    for (const std::string head : {"write1", "read1"}) {
      for (const char* part : {"key", "strength", "gate", "shift", "sharpening", "content", "gated", "shifted", "sharpened"})
        taps.push_back("memory." + head + "." + part);
      if (head == "write1") taps.insert(taps.end(), {"memory.write1.erase", "memory.write1.add"});
    }
    CHECK(model->tap_names() == taps);
    CHECK(model->alignment_tap() == "memory.read_from");
    CHECK(model->head_names().empty());
    Json two = machine_spec("lstm", 8, 6, 5);
    two["read_heads"] = 2;
    CHECK(model_for(two, task->form(), 20, 20)->head_names() == std::vector<std::string>{"read head 1", "read head 2"});
  }

  TEST_CASE("habits: before anything is learnt heads that look sharply have a strength of softplus 3 instead of softplus 0, and nothing else differs") {
    const auto backend = make_cpu_backend();
    const auto task = copy_task(4);
    const FormBatch batch(task->form(), Json{as_json(task->example(Split::kTest, 1, 1))});
    const auto passes = [&](const std::string& habits) {
      Json spec = machine_spec("feed_forward", 8, 6, 5);
      spec["habits"] = habits;
      const auto model = model_for(spec, task->form(), 20, 20);
      TestState state(*backend, model->parameters().arena_elems());
      state.write(Arena::kParameters, std::vector<float>(model->parameters().arena_elems(), 0.0f));
      return passed(*model, state, batch);
    };
    const Values none = passes("none"), sharp = passes("sharp");
    for (const std::string head : {"write1", "read1"}) {
      CAPTURE(head);
      for (const float strength : none.at("memory." + head + ".strength")) CHECK(strength == doctest::Approx(std::log(2.0)));
      for (const float strength : sharp.at("memory." + head + ".strength")) CHECK(strength == doctest::Approx(std::log(1 + std::exp(3.0))));
      for (const char* part : {"gate", "shift", "sharpening"})
        CHECK(none.at("memory." + head + "." + part) == sharp.at("memory." + head + "." + part));
    }
    Json bad = machine_spec("feed_forward", 8, 6, 5);
    bad["habits"] = "keep";  // the other machine's
    CHECK_FALSE(make_model(bad, task->form(), 20, 20).ok());
  }

  TEST_CASE("every controller and any number of heads record what they announce, in the shapes of the contract") {
    const auto task = copy_task(4);
    const Json examples{as_json(task->example(Split::kTest, 1, 1)), as_json(task->example(Split::kTest, 1, 2))};
    for (const std::string controller : {"feed_forward", "lstm", "gru"}) {
      for (const int heads : {1, 3}) {
        CAPTURE(controller);
        CAPTURE(heads);
        Json spec = machine_spec(controller, 8, 6, 5);
        spec["read_heads"] = heads, spec["write_heads"] = heads, spec["shifts"] = heads;
        const FormBatch batch(task->form(), examples);
        const auto model = model_for(spec, task->form(), 20, 20);
        Tape tape;
        Graph graph(tape, model->parameters());
        model->forward(graph, batch.on(tape, true));
        CHECK(graph.used().size() == model->parameters().all().size());
        const int T = batch.S;
        for (const std::string& name : model->tap_names()) CHECK_NOTHROW(tape.tapped(name));
        CHECK(tape.tapped("memory.write").shape() == Shape{2, heads, T, 6});
        CHECK(tape.tapped("memory.read").shape() == Shape{2, heads, T, 6});
        CHECK(tape.tapped("memory.content").shape() == Shape{2, T, 6, 5});
        CHECK(tape.tapped("memory.write1.gated").shape() == Shape{2, T, 6});
        CHECK(tape.tapped("memory.read1.key").shape() == Shape{2, T, 5});
        CHECK(tape.tapped("memory.read1.strength").shape() == Shape{2, T, 1});
        CHECK(tape.tapped("memory.read1.shift").shape() == Shape{2, T, 2 * heads + 1});
        CHECK(tape.tapped("memory.write1.erase").shape() == Shape{2, T, 5});
        CHECK(tape.tapped("memory.read_from").shape() == (heads == 1 ? Shape{2, T, T} : Shape{2, heads, T, T}));
      }
    }
  }

  TEST_CASE("a machine wired by hand copies without a mistake, far past any length that nets are trained on, and shows how") {
    const auto task = copy_task(kBits);
    Json examples;
    for (const int length : {1, 2, 7, 31}) {
      std::string text;
      for (int n = 0; n < length; ++n) text += std::to_string((n * n * 3 + n) % 8) + " ";  // 0 among them: as blank as the answer's steps
      const Result<Example> example = task->read_input(text);
      REQUIRE_MESSAGE(example.ok(), (example.ok() ? "" : example.error()));
      examples.push_back(as_json(*example));
    }
    for (const NamedBackend& on : all_backends()) {
      CAPTURE(on.name);
      MachineBench bench(*on.backend, machine_spec("feed_forward", 3 * kBits + 1, kRows, kWidth), task->form(), examples);
      wire_copy(bench);
      const Values got = answered(*bench.model, bench.state, bench.batch, bench.batch.S);
      for (std::size_t b = 0; b < examples.size(); ++b) {
        const std::vector<float> values = part_row(got.at("values"), b, examples.size()), from = part_row(got.at("memory.read_from"), b, examples.size());
        const std::vector<float> wanted = floats(examples[b]["target_values"]);
        const std::size_t steps = wanted.size() / kBits, length = (steps - 1) / 2, T = static_cast<std::size_t>(bench.batch.S);
        for (std::size_t t = length + 1; t < steps; ++t) {
          for (std::size_t bit = 0; bit < kBits; ++bit) CHECK(std::fabs(values[t * kBits + bit] - wanted[t * kBits + bit]) < 1e-4f);
          // What is answered was read a step before, and the step that wrote it is the one that saw it.
          CHECK(from[(t - 1) * T + (t - length - 1)] == doctest::Approx(1).epsilon(1e-4));
        }
      }
    }
  }

  TEST_CASE("the numerical gradient of every parameter through three steps, in double") {
    const auto task = copy_task(2);
    Json examples;
    for (const std::string text : {"1", "2"}) examples.push_back(as_json(*task->read_input(text)));
    const auto backend = make_reference_backend(true);
    for (const std::string controller : {"feed_forward", "lstm"}) {
      CAPTURE(controller);
      MachineBench bench(*backend, machine_spec(controller, 4, 4, 3), task->form(), examples);
      REQUIRE(bench.batch.S == 3);
      std::vector<float> arena = fill_rule(1, bench.model->parameters().arena_elems(), 0.8, 2.7);
      for (float& value : arena) value = std::round(value * 1024) / 1024;  // so that a small step is exact
      bench.state.write(Arena::kParameters, arena);
      const Values got = passed(*bench.model, bench.state, bench.batch);
      Tape tape;
      Graph graph(tape, bench.model->parameters());
      tape.output("difference", bench.model->forward(graph, bench.batch.on(tape, false)).loss - tape.input("base", {}));
      TestPlan plan(bench.state, tape);
      Feeds feeds;
      feeds["base"].f32 = {got.at("loss")[0]};
      int checked = 0;
      for (const ParameterInfo& info : bench.model->parameters().all()) {
        CAPTURE(info.name);
        for (std::size_t i = 0; i < info.shape.count(); i += 1 + info.shape.count() / 5) {
          constexpr float kStep = 0x1p-13f;
          const std::size_t at = info.offset + i;
          const auto moved = [&](float by) {
            bench.state.write(Arena::kParameters, {arena[at] + by}, at);
            return static_cast<double>(plan.run(feeds).at("difference")[0]);
          };
          const double up = moved(kStep), down = moved(-kStep), up2 = moved(2 * kStep), down2 = moved(-2 * kStep);
          moved(0);
          const double n = (8 * (up - down) - (up2 - down2)) / (12.0 * kStep), a = got.at("gradient " + info.name)[i];
          CHECK(std::fabs(a - n) / std::max(1e-3, std::fabs(a) + std::fabs(n)) < 1e-5);
          ++checked;
        }
      }
      CHECK(checked > 60);
    }
  }

  TEST_CASE("nothing depends on what comes later") {
    const auto task = copy_task(4);
    const auto backend = make_cpu_backend();
    const Json spec = machine_spec("lstm", 8, 6, 5);
    const auto logits = [&](const std::string& text) {
      MachineBench bench(*backend, spec, task->form(), Json::array({as_json(*task->read_input(text))}));
      return answered(*bench.model, bench.state, bench.batch, bench.batch.S).at("logits");
    };
    const std::vector<float> one = logits("1 2 3"), other = logits("1 2 f");
    for (std::size_t i = 0; i < 2 * 4; ++i) CHECK(one[i] == other[i]);
    CHECK(one != other);
  }
}
