// nn: how a decoder reads an encoded source. A reader prepares what does not depend on the query once per source, and
// is then asked for a context at each step. Reading without attention (one fixed vector) has the same form, so that it
// fits the same slot.
#pragma once

#include <memory>
#include <string>

#include "nn/layers.h"
#include "nn/sequence.h"

namespace heed {

/// What a reader computes once per source.
struct Prepared {
  Tensor annotations;  ///< (B,S,A): what is averaged
  Tensor keys;         ///< (B,S,K): what the query is compared with
  Tensor mask;         ///< (B,S); null: nothing is padding
  Tensor summary;      ///< (B,summary_width()): what the first decoder state is made from
};

struct Reading {
  Tensor context;   ///< (B,A)
  Tensor energies;  ///< (B,S): e_ij, before the softmax; null without attention
  Tensor weights;   ///< (B,S): alpha_ij, rows sum to 1, 0 on padding; null without attention
};

class SourceReader {
 public:
  virtual ~SourceReader() = default;
  virtual Prepared prepare(Graph& graph, const Encoded& source) const = 0;
  /// query:(B,Q)
  virtual Reading read(Graph& graph, const Prepared& source, Tensor query) const = 0;
  virtual int context_width() const = 0;
  virtual int summary_width() const = 0;
  virtual bool has_alignment() const { return true; }
};

/// No attention: Cho et al. 2014, c = tanh(V h_S), the same at every step. With both directions h_S is [forward h_S;
/// backward h_1].
class FixedContext : public SourceReader {
 public:
  FixedContext(ParameterSet& parameters, const std::string& name, int annotation_width);
  Prepared prepare(Graph& graph, const Encoded& source) const override;
  Reading read(Graph& graph, const Prepared& source, Tensor query) const override;
  int context_width() const override { return width_; }
  int summary_width() const override { return width_; }
  bool has_alignment() const override { return false; }

 private:
  int width_;
  Linear context_;
};

/// Attention weighs the annotations by a softmax of energies; kinds differ in the energies.
class Attention : public SourceReader {
 public:
  Attention(int annotation_width, int state_width) : annotation_width_(annotation_width), state_width_(state_width) {}
  Prepared prepare(Graph& graph, const Encoded& source) const override;
  Reading read(Graph& graph, const Prepared& source, Tensor query) const override;
  int context_width() const override { return annotation_width_; }
  int summary_width() const override { return state_width_; }

  /// annotations:(B,S,A) -> (B,S,K)
  virtual Tensor keys(Graph& graph, Tensor annotations) const = 0;
  /// query:(B,Q) keys:(B,S,K) -> (B,S)
  virtual Tensor energies(Graph& graph, Tensor query, Tensor keys) const = 0;

 private:
  int annotation_width_, state_width_;
};

/// Bahdanau et al. 2015, A.1.2: e_ij = v_a . tanh(W_a s_{i-1} + U_a h_j). Parameters NAME.query.weight (W_a),
/// NAME.key.weight (U_a), NAME.energy.weight (v_a).
class AdditiveAttention : public Attention {
 public:
  AdditiveAttention(ParameterSet& parameters, const std::string& name, int query_width, const RecurrentEncoder& encoder,
                    int size);
  Tensor keys(Graph& graph, Tensor annotations) const override;
  Tensor energies(Graph& graph, Tensor query, Tensor keys) const override;

 private:
  int size_;
  Linear query_, key_;
  Parameter energy_;
};

/// Luong et al. 2015 (dot), Vaswani et al. 2017 (scaled by 1/sqrt(K)): e_ij = (W_q s_{i-1}) . (W_k h_j). A side that
/// already has `size` numbers is compared as it is, without a weight.
class DotAttention : public Attention {
 public:
  DotAttention(ParameterSet& parameters, const std::string& name, int query_width, const RecurrentEncoder& encoder,
               int size, bool scaled);
  Tensor keys(Graph& graph, Tensor annotations) const override;
  Tensor energies(Graph& graph, Tensor query, Tensor keys) const override;

 private:
  int size_;
  bool scaled_;
  std::unique_ptr<Linear> query_, key_;
};

}  // namespace heed
