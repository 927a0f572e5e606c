// nn: the attention of Luong, Pham and Manning, "Effective approaches to attention-based neural machine translation"
// (EMNLP 2015), section 3: scores of a decoder's current state against the states of an encoder, over the whole source
// or over a window of it. Letters of the paper: h_t the decoder's state, h_s the encoder's, a_t(s) weights, c_t
// context, p_t the window's centre, D its half-width. Positions count from 0.
#pragma once

#include <memory>
#include <string>

#include "nn/layers.h"

namespace heed {

/// The three scores of equation 7 that look at the source (dot, general, concat), and equation 8 (location).
enum class LuongScore : unsigned char { kDot, kGeneral, kConcat, kLocation };
/// Section 3.1 (global) and 3.2: the window goes along with the target (local-m), or to a predicted p_t (local-p).
enum class LuongWindow : unsigned char { kGlobal, kMonotonic, kPredicted };

struct LuongSetting {
  LuongScore score = LuongScore::kDot;
  int size = 32;     ///< hidden units of concat
  int longest = 64;  ///< positions that location knows
  LuongWindow window = LuongWindow::kGlobal;
  int half_width = 2;  ///< D
};

class LuongAttention {
 public:
  /// Parameters NAME.weight (W_a), NAME.query.weight, NAME.key.weight (concat: W_a for h_t and for h_s) and
  /// NAME.energy.weight (v_a), NAME.position.weight (W_p) and NAME.position.energy (v_p), as far as the setting has
  /// them. States of decoder and encoder have the same width.
  LuongAttention(ParameterSet& parameters, const std::string& name, int width, LuongSetting setting);

  /// What does not depend on the step.
  struct Source {
    Tensor states;     ///< (B,S,H): h_s
    Tensor keys;       ///< (B,S,K): W_a h_s of concat; null otherwise
    Tensor mask;       ///< (B,S)
    Tensor positions;  ///< (1,S): 0, 1, ...; null for global
    Tensor length;     ///< (B,1); null for global
  };
  struct Reading {
    Tensor context;   ///< (B,H): c_t
    Tensor energies;  ///< (B,S)
    Tensor weights;   ///< (B,S): a_t; rows of a predicted window sum to less than 1, as in the paper
    Tensor centre;    ///< (B): p_t; null for global
  };
  Source prepare(Graph& graph, Tensor states, Tensor mask) const;
  /// state:(B,H) is h_t; `step` counts from 0.
  Reading read(Graph& graph, const Source& source, Tensor state, int step) const;

  bool has_window() const { return setting_.window != LuongWindow::kGlobal; }

 private:
  Tensor energies(Graph& graph, const Source& source, Tensor state) const;
  Tensor by_location(Graph& graph, Tensor state, int S) const;
  Tensor seen(const Source& source) const;
  Tensor monotonic_centre(const Source& source, int step) const;
  Tensor predicted_centre(Graph& graph, const Source& source, Tensor state) const;

  int width_;
  LuongSetting setting_;
  std::unique_ptr<Linear> weight_, query_, key_, position_;
  Parameter energy_, position_energy_;
};

}  // namespace heed
