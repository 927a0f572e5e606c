// models: see recurrent_parts.h.
#include "models/recurrent_parts.h"

namespace heed {
namespace {

CellOptions options_from(const Json& spec) {
  CellOptions options;
  options.forget_bias = spec.value("forget_bias", options.forget_bias);
  options.longest_delay = spec.value("longest_delay", options.longest_delay);
  return options;
}

Field forget_bias_field() {
  return real_field(
      "forget_bias", "Forget bias",
      "How far the forget gates stand open at first: at 0 half of the memory is lost at every step, at 1 a "
      "quarter, at 4 hardly two percent.",
      -4, 8, 0.5, 1);
}

Field longest_delay_field() {
  return integer_field(
      "longest_delay", "Longest delay",
      "For how many steps the units are to remember at first: each unit draws a time of its own, up to "
      "this one.",
      3, 1000, 40, "steps");
}

}  // namespace

Field hidden_field(const char* help) {
  return integer_field("hidden", "State size", help, 1, 256, 32, "numbers");
}

std::vector<Part> cell_parts(const std::vector<Field>& shared) {
  const auto with = [&shared](Field own) {
    std::vector<Field> fields = shared;
    fields.push_back(std::move(own));
    return fields;
  };
  return {
      {"gru", "GRU",
       "Two gates decide how much of the old state is kept and how much of it a new one may use. The cell of Cho and "
       "of "
       "Bahdanau.",
       "Cho et al. 2014, equations 5 to 8", shared},
      {"gru_cudnn", "GRU (PyTorch)",
       "The GRU as libraries compute it: the reset gate acts after the product with the weights instead of before it, "
       "which is faster. Much the same, but not the same numbers.",
       "PyTorch, torch.nn.GRU; NVIDIA cuDNN", shared},
      {"lstm", "LSTM",
       "Keeps a memory beside its state and has gates that decide what is written, kept and shown. Remembers for long.",
       "Hochreiter and Schmidhuber 1997; Gers et al. 2000 (forget gate); Jozefowicz et al. 2015 (its bias)",
       with(forget_bias_field())},
      {"lstm_chrono", "LSTM for long delays",
       "The same LSTM, but its gates start out so that each unit remembers for a time of its own, short or long, and "
       "writes as rarely: the chrono initialisation. That start alone decides whether a long wait can be learnt.",
       "Tallec and Ollivier 2018, equation 16", with(longest_delay_field())},
      {"rnn", "Plain RNN",
       "The plain recurrent net: one layer that reads the next symbol and its own last state. Forgets quickly.",
       "Elman 1990", shared},
      {"irnn", "ReLU RNN (IRNN)",
       "A plain net without squashing that starts out by copying its state, so that what it has read stays until it "
       "learns to change it.",
       "Le, Jaitly and Hinton 2015", shared},
  };
}

std::vector<Part> encoder_parts() {
  return cell_parts(
      {hidden_field("How many numbers the encoder's state has, in each direction."),
       flag_field(
           "bidirectional", "Both directions",
           "A second net reads the source from its end, so that each position knows what comes before and after it.",
           true),
       flag_field("reversed", "Read backwards",
                  "The encoder takes the source from its last symbol to its first, so that the first symbols are read "
                  "last and are freshest when writing begins. Without attention that matters; pictures stay in the "
                  "source's own order.",
                  false)});
}

std::unique_ptr<RecurrentCell> cell_from(const Json& spec, ParameterSet& parameters, const std::string& name, int in) {
  return make_cell(spec.at("type"), parameters, name, in, spec.at("hidden"), options_from(spec));
}

RecurrentEncoder encoder_from(const Json& spec, ParameterSet& parameters, const std::string& name, int in) {
  const ReadingOrder order = spec.at("reversed").get<bool>() ? ReadingOrder::kReversed : ReadingOrder::kAsGiven;
  return {parameters,        name, spec.at("type"), in, spec.at("hidden"), spec.at("bidirectional"), order,
          options_from(spec)};
}

}  // namespace heed
