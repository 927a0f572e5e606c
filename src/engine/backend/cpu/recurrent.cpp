// engine/backend/cpu: the gates of LSTM and GRU cells and their gradients, one pass over a row of the batch.
// Activations are computed again on the way back: less work than moving them through memory. In relaxed wasm the
// compositions, as chains, took 1.2 to 1.9 times as long.
#include "engine/backend/cpu/lanes.h"
#include "engine/backend/cpu/rows.h"

namespace heed::cpu {
namespace {

// Each function does one row of H elements. `a`, `p` and `u` are gates side by side, H apart.

using detail::Constants;

void lstm_row(float* h_next, float* c_next, const float* a, const float* c, std::size_t H) {
  each_lanes(H, {a, a + H, a + 2 * H, a + 3 * H, c}, {h_next, c_next},
             [](const Lanes* x, Lanes* y, const Constants& k) {
               const Lanes i = sigmoid_lanes(x[0], k), f = sigmoid_lanes(x[1], k), g = tanh_lanes(x[2], k);
               y[1] = f * x[4] + i * g;
               y[0] = sigmoid_lanes(x[3], k) * tanh_lanes(y[1], k);
             });
}

void lstm_grad_row(float* da, float* dc, const float* a, const float* c, const float* dh, const float* dc_next,
                   std::size_t H) {
  each_lanes(H, {a, a + H, a + 2 * H, a + 3 * H, c, dh, dc_next}, {da, da + H, da + 2 * H, da + 3 * H, dc},
             [](const Lanes* x, Lanes* y, const Constants& k) {
               const Lanes i = sigmoid_lanes(x[0], k), f = sigmoid_lanes(x[1], k), g = tanh_lanes(x[2], k);
               const Lanes o = sigmoid_lanes(x[3], k), t = tanh_lanes(f * x[4] + i * g, k);
               const Lanes d = x[6] + x[5] * o * (k.one - t * t);
               y[0] = d * g * (i * (k.one - i));
               y[1] = d * x[4] * (f * (k.one - f));
               y[2] = d * i * (k.one - g * g);
               y[3] = x[5] * t * (o * (k.one - o));
               y[4] = d * f;
             });
}

void gru_row(float* y, const float* p, const float* u, const float* h, std::size_t H) {
  each_lanes(H, {p, p + H, p + 2 * H, u, u + H, u + 2 * H, h}, {y}, [](const Lanes* x, Lanes* to, const Constants& k) {
    const Lanes r = sigmoid_lanes(x[0] + x[3], k), z = sigmoid_lanes(x[1] + x[4], k);
    const Lanes n = tanh_lanes(x[2] + r * x[5], k);
    to[0] = n + z * (x[6] - n);
  });
}

void gru_grad_row(float* dp, float* du, float* dh, const float* p, const float* u, const float* h, const float* dy,
                  std::size_t H) {
  each_lanes(H, {p, p + H, p + 2 * H, u, u + H, u + 2 * H, h, dy}, {dp, dp + H, dp + 2 * H, du, du + H, du + 2 * H, dh},
             [](const Lanes* x, Lanes* y, const Constants& k) {
               const Lanes r = sigmoid_lanes(x[0] + x[3], k), z = sigmoid_lanes(x[1] + x[4], k);
               const Lanes n = tanh_lanes(x[2] + r * x[5], k), d = x[7];
               y[2] = d * (k.one - z) * (k.one - n * n);
               y[1] = y[4] = d * (x[6] - n) * (z * (k.one - z));
               y[0] = y[3] = y[2] * x[5] * (r * (k.one - r));
               y[5] = y[2] * r;
               y[6] = d * z;
             });
}

void gru_reset_row(float* y, const float* p, const float* u, const float* h, std::size_t H) {
  each_lanes(H, {p, u, h}, {y},
             [](const Lanes* x, Lanes* to, const Constants& k) { to[0] = sigmoid_lanes(x[0] + x[1], k) * x[2]; });
}

void gru_reset_grad_row(float* ds, float* dh, const float* p, const float* u, const float* h, const float* dy,
                        std::size_t H) {
  each_lanes(H, {p, u, h, dy}, {ds, dh}, [](const Lanes* x, Lanes* y, const Constants& k) {
    const Lanes r = sigmoid_lanes(x[0] + x[1], k);
    y[0] = x[3] * x[2] * (r * (k.one - r));
    y[1] = x[3] * r;
  });
}

void gru_update_row(float* y, const float* p, const float* u, const float* w, const float* h, std::size_t H) {
  each_lanes(H, {p + H, u + H, p + 2 * H, w, h}, {y}, [](const Lanes* x, Lanes* to, const Constants& k) {
    const Lanes z = sigmoid_lanes(x[0] + x[1], k), n = tanh_lanes(x[2] + x[3], k);
    to[0] = n + z * (x[4] - n);
  });
}

void gru_update_grad_row(float* dz_dn, float* dh, const float* p, const float* u, const float* w, const float* h,
                         const float* dy, std::size_t H) {
  each_lanes(H, {p + H, u + H, p + 2 * H, w, h, dy}, {dz_dn, dz_dn + H, dh},
             [](const Lanes* x, Lanes* y, const Constants& k) {
               const Lanes z = sigmoid_lanes(x[0] + x[1], k), n = tanh_lanes(x[2] + x[3], k);
               y[0] = x[5] * (x[4] - n) * (z * (k.one - z));
               y[1] = x[5] * (k.one - z) * (k.one - n * n);
               y[2] = x[5] * z;
             });
}

using CellOperands = std::array<const float*, 5>;

/// `narrow`: an operand (B,H). `activations`: how many exponentials an element takes.
template <class F>
Kernel cell_kernel(const Call& call, std::size_t narrow, double activations, F row) {
  const std::size_t B = extent_of(call.in[narrow].shape, 0), H = extent_of(call.in[narrow].shape, 1);
  CellOperands in{};
  for (std::size_t i = 0; i < call.in.size(); ++i) in[i] = call.in[i].f32();
  return kernel_of_rows(B, activations * 0.9 * static_cast<double>(H),
                        [=, out = call.out.f32()](std::size_t begin, std::size_t end, float*) {
                          for (std::size_t b = begin; b < end; ++b) row(out, in, b, B, H);
                        });
}

}  // namespace

Kernel make_lstm_cell(const Call& call) {
  return cell_kernel(call, 1, 5, [](float* out, const CellOperands& in, std::size_t b, std::size_t B, std::size_t H) {
    lstm_row(out + b * H, out + (B + b) * H, in[0] + b * 4 * H, in[1] + b * H, H);
  });
}

Kernel make_lstm_cell_grad(const Call& call) {
  return cell_kernel(call, 1, 6, [](float* out, const CellOperands& in, std::size_t b, std::size_t B, std::size_t H) {
    lstm_grad_row(out + b * 4 * H, out + (4 * B + b) * H, in[0] + b * 4 * H, in[1] + b * H, in[2] + b * H,
                  in[2] + (B + b) * H, H);
  });
}

Kernel make_gru_cell(const Call& call) {
  return cell_kernel(call, 2, 3, [](float* out, const CellOperands& in, std::size_t b, std::size_t, std::size_t H) {
    gru_row(out + b * H, in[0] + b * 3 * H, in[1] + b * 3 * H, in[2] + b * H, H);
  });
}

Kernel make_gru_cell_grad(const Call& call) {
  return cell_kernel(call, 2, 4, [](float* out, const CellOperands& in, std::size_t b, std::size_t B, std::size_t H) {
    gru_grad_row(out + b * 3 * H, out + (B + b) * 3 * H, out + (6 * B + b) * H, in[0] + b * 3 * H, in[1] + b * 3 * H,
                 in[2] + b * H, in[3] + b * H, H);
  });
}

Kernel make_gru_reset(const Call& call) {
  return cell_kernel(call, 2, 1, [](float* out, const CellOperands& in, std::size_t b, std::size_t, std::size_t H) {
    gru_reset_row(out + b * H, in[0] + b * 3 * H, in[1] + b * 2 * H, in[2] + b * H, H);
  });
}

Kernel make_gru_reset_grad(const Call& call) {
  return cell_kernel(call, 2, 1.3, [](float* out, const CellOperands& in, std::size_t b, std::size_t B, std::size_t H) {
    gru_reset_grad_row(out + b * H, out + (B + b) * H, in[0] + b * 3 * H, in[1] + b * 2 * H, in[2] + b * H,
                       in[3] + b * H, H);
  });
}

Kernel make_gru_update(const Call& call) {
  return cell_kernel(call, 3, 2, [](float* out, const CellOperands& in, std::size_t b, std::size_t, std::size_t H) {
    gru_update_row(out + b * H, in[0] + b * 3 * H, in[1] + b * 2 * H, in[2] + b * H, in[3] + b * H, H);
  });
}

Kernel make_gru_update_grad(const Call& call) {
  return cell_kernel(call, 3, 2.5, [](float* out, const CellOperands& in, std::size_t b, std::size_t B, std::size_t H) {
    gru_update_grad_row(out + b * 2 * H, out + (2 * B + b) * H, in[0] + b * 3 * H, in[1] + b * 2 * H, in[2] + b * H,
                        in[3] + b * H, in[4] + b * H, H);
  });
}

}  // namespace heed::cpu
