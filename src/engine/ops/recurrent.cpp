// engine/ops: what a recurrent cell computes after its matrix products, in one pass, and the gradients of that. The gates' values are
// computed again on the way back instead of being kept. Each gradient is one vector of parts end to end.
#include "engine/ops/check.h"
#include "engine/ops/registry.h"

namespace heed {
namespace {

using CellInputs = const std::vector<Tensor>&;

/// Gate number `first` of gates side by side, or several.  (B, n H) -> (B, count H)
Tensor gate(Tensor a, int H, int first, int count = 1) { return slice(a, 1, first * H, count * H); }

int flat_size(std::initializer_list<int> widths, int B) {
  int total = 0;
  for (int width : widths) total += width * B;
  return total;
}

/// Operands (B, widths[i] * H), for the H of operand `narrow`; returns {B, H}.
std::pair<int, int> check_cell(const char* op, const OpInputs& in, std::vector<int> widths, std::size_t narrow) {
  require_operands(op, in, widths.size());
  require_rank(op, in, narrow, 2);
  const int B = in.shapes[narrow][0], H = in.shapes[narrow][1];
  for (std::size_t i = 0; i < widths.size(); ++i) require_shape(op, in, i, {B, widths[i] * H});
  return {B, H};
}

std::vector<Sample> cell_samples(std::vector<int> widths, bool stacked_gradient = false) {
  std::vector<Sample> out;
  for (const auto& [B, H] : std::vector<std::pair<int, int>>{{1, 2}, {2, 1}, {3, 7}, {2, 16}, {4, 33}, {3, 64}}) {
    Sample sample;
    for (int width : widths) sample.shapes.push_back({B, width * H});
    if (stacked_gradient) sample.shapes.push_back({2, B, H});
    out.push_back(sample);
  }
  return out;
}

struct LstmGates {
  Tensor i, f, g, o, c, tanh_c;  ///< c: the new memory
};

LstmGates lstm_gates(Tensor a, Tensor c) {
  const int H = c.shape()[1];
  const Tensor i = sigmoid(gate(a, H, 0)), f = sigmoid(gate(a, H, 1)), g = tanh(gate(a, H, 2)), o = sigmoid(gate(a, H, 3));
  const Tensor next = f * c + i * g;
  return {i, f, g, o, next, tanh(next)};
}

/// What a sigmoid's and a tanh's value y let through.
Tensor sigmoid_slope(Tensor y) { return y * (1.0f - y); }
Tensor tanh_slope(Tensor y) { return 1.0f - square(y); }

struct GruGates {
  Tensor r, z, n;
};

/// The variant of cuDNN: r acts on the product of the state.
GruGates gru_gates(Tensor p, Tensor u) {
  const int H = p.shape()[1] / 3;
  const Tensor r = sigmoid(gate(p, H, 0) + gate(u, H, 0)), z = sigmoid(gate(p, H, 1) + gate(u, H, 1));
  return {r, z, tanh(gate(p, H, 2) + r * gate(u, H, 2))};
}

Tensor emit_flat(OpKind op, std::vector<Tensor> inputs, Tensor gradient) {
  inputs.push_back(gradient);
  return gradient.tape->emit(op, inputs);
}

}  // namespace

// (a:(B,4H) c:(B,H)) -> (2,B,H) = [h'; c'];  i, f, g, o = sigmoid, sigmoid, tanh, sigmoid of a's quarters,
// c' = f c + i g, h' = o tanh(c').
const OpDef kLstmCellOp{
    OpKind::kLstmCell, "lstm_cell",
    [](const OpInputs& in, const Attrs&) -> OpOutput {
      const auto [B, H] = check_cell("lstm_cell", in, {4, 1}, 1);
      return {{2, B, H}};
    },
    [](Tensor, Tensor dy, CellInputs in, const Attrs&) {
      return parted(emit_flat(OpKind::kLstmCellGrad, in, dy), {in[0].shape(), in[1].shape()});
    },
    [] { return cell_samples({4, 1}); },
    [](CellInputs in, const Attrs&) {
      const LstmGates s = lstm_gates(in[0], in[1]);
      return stack({s.o * s.tanh_c, s.c}, 0);
    }};

// (a, c, dy:(2,B,H)) -> [da | dc]
const OpDef kLstmCellGradOp{
    OpKind::kLstmCellGrad, "lstm_cell_grad",
    [](const OpInputs& in, const Attrs&) -> OpOutput {
      require_operands("lstm_cell_grad", in, 3);
      require_rank("lstm_cell_grad", in, 1, 2);
      const int B = in.shapes[1][0], H = in.shapes[1][1];
      require_shape("lstm_cell_grad", in, 0, {B, 4 * H});
      require_shape("lstm_cell_grad", in, 2, {2, B, H});
      return {{flat_size({4 * H, H}, B)}};
    },
    nullptr,
    [] { return cell_samples({4, 1}, true); },
    [](CellInputs in, const Attrs&) {
      const LstmGates s = lstm_gates(in[0], in[1]);
      const Tensor dh = take(in[2], 0, 0);
      const Tensor dc = take(in[2], 0, 1) + dh * s.o * tanh_slope(s.tanh_c);
      const Tensor da = concat({dc * s.g * sigmoid_slope(s.i), dc * in[1] * sigmoid_slope(s.f), dc * s.i * tanh_slope(s.g),
                                dh * s.tanh_c * sigmoid_slope(s.o)}, 1);
      return joined({da, dc * s.f});
    }};

// cuDNN's GRU: (p:(B,3H) u:(B,3H) h:(B,H)) -> (B,H) = n + z (h - n);  p projects the input, u the state,
// r, z = sigmoid(p + u), n = tanh(p + r u).
const OpDef kGruCellOp{
    OpKind::kGruCell, "gru_cell",
    [](const OpInputs& in, const Attrs&) -> OpOutput {
      const auto [B, H] = check_cell("gru_cell", in, {3, 3, 1}, 2);
      return {{B, H}};
    },
    [](Tensor, Tensor dy, CellInputs in, const Attrs&) {
      return parted(emit_flat(OpKind::kGruCellGrad, in, dy), {in[0].shape(), in[1].shape(), in[2].shape()});
    },
    [] { return cell_samples({3, 3, 1}); },
    [](CellInputs in, const Attrs&) {
      const GruGates s = gru_gates(in[0], in[1]);
      return s.n + s.z * (in[2] - s.n);
    }};

// (p, u, h, dy) -> [dp | du | dh]
const OpDef kGruCellGradOp{
    OpKind::kGruCellGrad, "gru_cell_grad",
    [](const OpInputs& in, const Attrs&) -> OpOutput {
      const auto [B, H] = check_cell("gru_cell_grad", in, {3, 3, 1, 1}, 2);
      return {{flat_size({3 * H, 3 * H, H}, B)}};
    },
    nullptr,
    [] { return cell_samples({3, 3, 1, 1}); },
    [](CellInputs in, const Attrs&) {
      const GruGates s = gru_gates(in[0], in[1]);
      const Tensor dy = in[3];
      const Tensor dn = dy * (1.0f - s.z) * tanh_slope(s.n);
      const Tensor dz = dy * (in[2] - s.n) * sigmoid_slope(s.z);
      const Tensor dr = dn * gate(in[1], in[2].shape()[1], 2) * sigmoid_slope(s.r);
      return joined({concat({dr, dz, dn}, 1), concat({dr, dz, dn * s.r}, 1), dy * s.z});
    }};

// The GRU of Cho et al. 2014, before its second product: (p:(B,3H) u:(B,2H) h:(B,H)) -> (B,H) = r h,  r = sigmoid(p + u).
const OpDef kGruResetOp{
    OpKind::kGruReset, "gru_reset",
    [](const OpInputs& in, const Attrs&) -> OpOutput {
      const auto [B, H] = check_cell("gru_reset", in, {3, 2, 1}, 2);
      return {{B, H}};
    },
    [](Tensor, Tensor dy, CellInputs in, const Attrs&) {
      const int H = in[2].shape()[1];
      const std::vector<Tensor> d = parted(emit_flat(OpKind::kGruResetGrad, in, dy), {in[2].shape(), in[2].shape()});
      return std::vector<Tensor>{pad(d[0], 1, 0, 3 * H), pad(d[0], 1, 0, 2 * H), d[1]};
    },
    [] { return cell_samples({3, 2, 1}); },
    [](CellInputs in, const Attrs&) {
      const int H = in[2].shape()[1];
      return sigmoid(gate(in[0], H, 0) + gate(in[1], H, 0)) * in[2];
    }};

// (p, u, h, dy) -> [d(p + u) | dh], each (B,H)
const OpDef kGruResetGradOp{
    OpKind::kGruResetGrad, "gru_reset_grad",
    [](const OpInputs& in, const Attrs&) -> OpOutput {
      const auto [B, H] = check_cell("gru_reset_grad", in, {3, 2, 1, 1}, 2);
      return {{flat_size({H, H}, B)}};
    },
    nullptr,
    [] { return cell_samples({3, 2, 1, 1}); },
    [](CellInputs in, const Attrs&) {
      const int H = in[2].shape()[1];
      const Tensor r = sigmoid(gate(in[0], H, 0) + gate(in[1], H, 0));
      return joined({in[3] * in[2] * sigmoid_slope(r), in[3] * r});
    }};

// and after it: (p:(B,3H) u:(B,2H) w:(B,H) h:(B,H)) -> (B,H) = n + z (h - n);  w is the product of r h,
// z = sigmoid(p + u), n = tanh(p + w).
const OpDef kGruUpdateOp{
    OpKind::kGruUpdate, "gru_update",
    [](const OpInputs& in, const Attrs&) -> OpOutput {
      const auto [B, H] = check_cell("gru_update", in, {3, 2, 1, 1}, 3);
      return {{B, H}};
    },
    [](Tensor, Tensor dy, CellInputs in, const Attrs&) {
      const int B = in[3].shape()[0], H = in[3].shape()[1];
      const std::vector<Tensor> d = parted(emit_flat(OpKind::kGruUpdateGrad, in, dy), {{B, 2 * H}, in[3].shape()});
      return std::vector<Tensor>{pad(d[0], 1, H, 3 * H), pad(gate(d[0], H, 0), 1, H, 2 * H), gate(d[0], H, 1), d[1]};
    },
    [] { return cell_samples({3, 2, 1, 1}); },
    [](CellInputs in, const Attrs&) {
      const int H = in[3].shape()[1];
      const Tensor z = sigmoid(gate(in[0], H, 1) + gate(in[1], H, 1)), n = tanh(gate(in[0], H, 2) + in[2]);
      return n + z * (in[3] - n);
    }};

// (p, u, w, h, dy) -> [dz, dn side by side | dh],  dz = d(p + u), dn = d(p + w)
const OpDef kGruUpdateGradOp{
    OpKind::kGruUpdateGrad, "gru_update_grad",
    [](const OpInputs& in, const Attrs&) -> OpOutput {
      const auto [B, H] = check_cell("gru_update_grad", in, {3, 2, 1, 1, 1}, 3);
      return {{flat_size({2 * H, H}, B)}};
    },
    nullptr,
    [] { return cell_samples({3, 2, 1, 1, 1}); },
    [](CellInputs in, const Attrs&) {
      const int H = in[3].shape()[1];
      const Tensor z = sigmoid(gate(in[0], H, 1) + gate(in[1], H, 1)), n = tanh(gate(in[0], H, 2) + in[2]), dy = in[4];
      return joined({concat({dy * (in[3] - n) * sigmoid_slope(z), dy * (1.0f - z) * tanh_slope(n)}, 1), dy * z});
    }};

Tensor lstm_cell(Tensor a, Tensor c) { return a.tape->emit(OpKind::kLstmCell, {a, c}); }
Tensor gru_cell(Tensor p, Tensor u, Tensor h) { return p.tape->emit(OpKind::kGruCell, {p, u, h}); }
Tensor gru_reset(Tensor p, Tensor u, Tensor h) { return p.tape->emit(OpKind::kGruReset, {p, u, h}); }
Tensor gru_update(Tensor p, Tensor u, Tensor w, Tensor h) { return p.tape->emit(OpKind::kGruUpdate, {p, u, w, h}); }

}  // namespace heed
