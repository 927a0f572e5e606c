// engine/backend/cpu: the gates of LSTM and GRU cells and their gradients, one pass over a row of the batch.
// Activations are computed again on the way back: less work than moving them through memory. The loops have no branches
// and vectorise.
#include "engine/backend/cpu/independent.h"
#include "engine/backend/cpu/rows.h"
#include "engine/backend/cpu/vector_math.h"

namespace heed::cpu {
namespace {

// Each function does one row of H elements. `a`, `p` and `u` are gates side by side, H apart.

void lstm_row(float* __restrict h_next, float* __restrict c_next, const float* __restrict a, const float* __restrict c,
              std::size_t H) {
  for (std::size_t j = 0; j < H; ++j) {
    const float i = sigmoid_approx(a[j]), f = sigmoid_approx(a[H + j]), g = tanh_approx(a[2 * H + j]);
    const float next = f * c[j] + i * g;
    c_next[j] = next;
    h_next[j] = sigmoid_approx(a[3 * H + j]) * tanh_approx(next);
  }
}

void lstm_grad_row(float* __restrict da, float* __restrict dc, const float* __restrict a, const float* __restrict c,
                   const float* __restrict dh, const float* __restrict dc_next, std::size_t H) {
  HEED_INDEPENDENT
  for (std::size_t j = 0; j < H; ++j) {
    const float i = sigmoid_approx(a[j]), f = sigmoid_approx(a[H + j]), g = tanh_approx(a[2 * H + j]);
    const float o = sigmoid_approx(a[3 * H + j]), t = tanh_approx(f * c[j] + i * g);
    const float d = dc_next[j] + dh[j] * o * (1.0f - t * t);
    da[j] = d * g * (i * (1.0f - i));
    da[H + j] = d * c[j] * (f * (1.0f - f));
    da[2 * H + j] = d * i * (1.0f - g * g);
    da[3 * H + j] = dh[j] * t * (o * (1.0f - o));
    dc[j] = d * f;
  }
}

void gru_row(float* __restrict y, const float* __restrict p, const float* __restrict u, const float* __restrict h,
             std::size_t H) {
  for (std::size_t j = 0; j < H; ++j) {
    const float r = sigmoid_approx(p[j] + u[j]), z = sigmoid_approx(p[H + j] + u[H + j]);
    const float n = tanh_approx(p[2 * H + j] + r * u[2 * H + j]);
    y[j] = n + z * (h[j] - n);
  }
}

void gru_grad_row(float* __restrict dp, float* __restrict du, float* __restrict dh, const float* __restrict p,
                  const float* __restrict u, const float* __restrict h, const float* __restrict dy, std::size_t H) {
  HEED_INDEPENDENT
  for (std::size_t j = 0; j < H; ++j) {
    const float r = sigmoid_approx(p[j] + u[j]), z = sigmoid_approx(p[H + j] + u[H + j]);
    const float n = tanh_approx(p[2 * H + j] + r * u[2 * H + j]);
    const float dn = dy[j] * (1.0f - z) * (1.0f - n * n), dz = dy[j] * (h[j] - n) * (z * (1.0f - z));
    const float dr = dn * u[2 * H + j] * (r * (1.0f - r));
    dp[j] = dr;
    dp[H + j] = dz;
    dp[2 * H + j] = dn;
    du[j] = dr;
    du[H + j] = dz;
    du[2 * H + j] = dn * r;
    dh[j] = dy[j] * z;
  }
}

void gru_reset_row(float* __restrict y, const float* __restrict p, const float* __restrict u, const float* __restrict h,
                   std::size_t H) {
  for (std::size_t j = 0; j < H; ++j) y[j] = sigmoid_approx(p[j] + u[j]) * h[j];
}

void gru_reset_grad_row(float* __restrict ds, float* __restrict dh, const float* __restrict p,
                        const float* __restrict u, const float* __restrict h, const float* __restrict dy,
                        std::size_t H) {
  for (std::size_t j = 0; j < H; ++j) {
    const float r = sigmoid_approx(p[j] + u[j]);
    ds[j] = dy[j] * h[j] * (r * (1.0f - r));
    dh[j] = dy[j] * r;
  }
}

void gru_update_row(float* __restrict y, const float* __restrict p, const float* __restrict u,
                    const float* __restrict w, const float* __restrict h, std::size_t H) {
  for (std::size_t j = 0; j < H; ++j) {
    const float z = sigmoid_approx(p[H + j] + u[H + j]), n = tanh_approx(p[2 * H + j] + w[j]);
    y[j] = n + z * (h[j] - n);
  }
}

void gru_update_grad_row(float* __restrict dz_dn, float* __restrict dh, const float* __restrict p,
                         const float* __restrict u, const float* __restrict w, const float* __restrict h,
                         const float* __restrict dy, std::size_t H) {
  for (std::size_t j = 0; j < H; ++j) {
    const float z = sigmoid_approx(p[H + j] + u[H + j]), n = tanh_approx(p[2 * H + j] + w[j]);
    dz_dn[j] = dy[j] * (h[j] - n) * (z * (1.0f - z));
    dz_dn[H + j] = dy[j] * (1.0f - z) * (1.0f - n * n);
    dh[j] = dy[j] * z;
  }
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
