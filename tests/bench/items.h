// tests/bench: the work items W1 to W6 of items.md: their numbers, operands, models and batches. An engine that follows
// that text reproduces reference_losses.json.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "nn/parameters.h"

namespace heed::bench {

/// Number `i` of a stream: in [0,1), exact in float32.
double uniform(std::uint32_t stream, std::uint32_t i);
int randint(std::uint32_t stream, std::uint32_t i, int below);

/// W1 and W2: one op on operands that already lie where the backend keeps them.
struct OpItem {
  std::string item, name;
  std::uint32_t seed;
  std::vector<Shape> operands;
  Tensor (*record)(const std::vector<Tensor>& operands);
  double flops;  ///< 0 where the time alone is told

  /// All operands one after the other, each from a multiple of 64 elements, and where they begin.
  std::vector<float> values() const;
  std::vector<std::size_t> offsets() const;
};

const std::vector<OpItem>& op_items();

/// Integer arrays by the name of the input that they feed.
using Arrays = std::map<std::string, std::vector<std::int32_t>>;

inline constexpr int kBatches = 8;  ///< step s trains on batch s mod kBatches

/// W3 to W6: a model, its first weights and its batches.
class TrainingItem {
 public:
  virtual ~TrainingItem() = default;
  TrainingItem(const TrainingItem&) = delete;
  TrainingItem& operator=(const TrainingItem&) = delete;

  /// Records the inputs that batch() feeds and the mean cross entropy over all rows.
  virtual Tensor loss(Graph& graph) const = 0;
  Arrays batch(int number) const { return draw_batch(seed_ * 1000 + 500 + static_cast<std::uint32_t>(number)); }

  const ParameterSet& parameters() const { return parameters_; }
  /// A whole parameter arena; what nothing is said about is zero.
  std::vector<float> first_weights() const;

 protected:
  explicit TrainingItem(std::uint32_t seed) : seed_(seed) {}
  virtual Arrays draw_batch(std::uint32_t stream) const = 0;

  /// The next parameter of the specification's list, with numbers in [-scale, scale).
  Parameter add_uniform(std::string name, Shape shape, double scale);
  Parameter add_constant(std::string name, Shape shape, float value);
  /// A parameter that a module has added: number `number` of the list, or a part of it from element `first` on.
  void draw(std::string name, int number, double scale, std::uint32_t first = 0);

  ParameterSet parameters_;

 private:
  struct Draw {
    std::string name;
    int number = 0;
    double scale = 0;
    std::uint32_t first = 0;
    float constant = 0;
  };
  std::uint32_t seed_;
  std::vector<Draw> draws_;
};

/// Of W3 and W4: letters, positions, rows, width, heads, layers.
struct TransformerSizes {
  int V, T, B, D, H, L;
};
std::unique_ptr<TrainingItem> make_transformer_item(std::uint32_t seed, const TransformerSizes& sizes);
/// "W3" to "W6"; null for any other name.
std::unique_ptr<TrainingItem> make_training_item(const std::string& name);

/// The first losses of a training item by PyTorch, float32.
std::vector<double> reference_losses(const std::string& name);

}  // namespace heed::bench
