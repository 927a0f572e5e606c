// models: key-value memory networks' fields, in plain words.
#include "models/key_value_memory.h"

namespace heed {

const Part& key_value_memory_part() {
  static const Part part{
      "key_value_memory",
      "Key-value memory network",
      "Each slot of the memory has two sides: a key, by which it is found, and a value, which is what one learns from it.",
      "Miller et al. 2016 (arXiv:1606.03126), section 3.1",
      {integer_field("hops", "Hops", "How often the memory is looked at.", 1, 3, 1, "hops"),
       integer_field("embedding", "Embedding size", "How many numbers a key and a value become.", 4, 128, 32, "numbers"),
       choice_field("keys", "Keys", "By which words of a fact or a sentence it is found.",
                    {{"beginning", "All but the last word"}, {"around", "All but the centre"}, {"whole", "All words"}}, "beginning"),
       choice_field("values", "Values", "Which of its words are read.", {{"last", "The last word"}, {"centre", "The word in the centre"}, {"whole", "All words"}}, "last"),
       choice_field("tables", "Tables", "Whether a word means the same as a key and as a value. Then the net has to learn to forget what was asked.",
                    {{"separate", "One for keys, one for values"}, {"shared", "One for both"}}, "separate"),
       choice_field("hashing", "Key hashing", "Which slots are looked at: all, or those that have a word of the question in their key that few others have.",
                    {{"none", "All slots"}, {"rare", "Slots that share a rare word"}}, "none"),
       choice_field("order", "Order of the question", "Whether the words of the question count the same wherever they stand.",
                    {{"bag", "It does not matter"}, {"published", "Weights by place"}}, "published"),
       choice_field("key_order", "Order of the keys", "Whether the words of a key count the same wherever they stand. In windows over a text, place tells a sentence's own words "
                    "from its neighbours'.", {{"bag", "It does not matter"}, {"published", "Weights by place"}}, "bag")}};
  return part;
}

}  // namespace heed
