# `make help` lists what there is.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SAMPLE ?= corpora/speeches/text/c15.txt
OUTPUT := output
GOLD := corpora/speeches/gold
FLOORS := corpora/speeches/floors
# Real texts with gold; they are not published, and the models are trained on them where they lie here.
REAL ?= ../shared/gold
# The real texts are cut into so many folds; more folds leave more to learn from, and take longer.
NUMBER ?= 3
JUDGED := $(wildcard $(addprefix $(REAL)/,real held1 dev2 dev3 train))

.DEFAULT_GOAL := help
.PHONY: help extras demo demo-archive screenshots test check static format floors gold golden confidences model reproduce folds credit mutate fuzz bench clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

# The interpreter must be 3.11 or newer; say so before pip does in its own words.
$(VENV)/created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "zhengxie_nlp needs Python 3.11 or newer; this is %d.%d. Try: make PYTHON=python3.12 ..." % sys.version_info[:2])'
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/installed: pyproject.toml $(VENV)/created
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/developed: pyproject.toml $(VENV)/created
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ $(VENV)/installed

# torch first, a build for the CPU where the index has one: hanlp would take whichever comes.
$(VENV)/extras: $(VENV)/developed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check torch==2.13.0 || $(BIN)/python -m pip install --quiet --disable-pip-version-check torch
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[all]' spacy-pkuseg
	@touch $@

extras: $(VENV)/extras ## install spaCy and HanLP too, so that their tests run

demo: $(VENV)/installed ## set up, and run the main job on a sample
	@mkdir -p $(OUTPUT)
	@$(BIN)/zhengxie extract --format summary $(SAMPLE)
	@$(BIN)/zhengxie extract --output $(OUTPUT)/sample.json $(SAMPLE)
	@echo "The Document as JSON: $(OUTPUT)/sample.json"

demo-archive: $(VENV)/installed ## batch, tables, comparison and page of our own corpora: output/archive.html
	@mkdir -p $(OUTPUT)
	$(BIN)/zhengxie batch corpora/speeches/text --output $(OUTPUT)/archive
	@$(BIN)/zhengxie compare $(OUTPUT)/archive > $(OUTPUT)/compare.txt
	$(BIN)/zhengxie page $(OUTPUT)/archive --output $(OUTPUT)/archive.html --title 'zhengxie_nlp：自撰语料档案'
	@echo "Open $(OUTPUT)/archive.html by a double click; the tables are in $(OUTPUT)/archive."

screenshots: $(VENV)/developed demo-archive ## take the pictures of the READMEs (needs Chromium)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check pillow
	$(BIN)/python tools/screenshots.py

test: $(VENV)/developed ## set up, and run the tests
	$(BIN)/python -m pytest -n auto

static: $(VENV)/developed ## format, lint, types and import layers, without changing anything
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

floors: $(VENV)/developed ## accuracy on our own gold, against the lowest figures allowed
	$(BIN)/zhengxie evaluate $(GOLD) --split $(FLOORS)/rules.tsv --part pinned --floors $(FLOORS)/rules.json
	$(BIN)/zhengxie evaluate $(GOLD) --split $(FLOORS)/learnt.tsv --part pinned --floors $(FLOORS)/learnt.json
	$(BIN)/zhengxie evaluate $(GOLD) --split $(FLOORS)/test.tsv --part pinned --floors $(FLOORS)/test.json
	$(BIN)/zhengxie evaluate $(GOLD) --split $(FLOORS)/test-all.tsv --part pinned --floors $(FLOORS)/test-all.json
	$(BIN)/python -m zhengxie_nlp.evaluation.page_scores --texts corpora/speeches/text --pages 60 --floors $(FLOORS)/pages.json

check: static floors test ## everything that must pass before a change lands

format: $(VENV)/developed ## format the code in place
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

gold: $(VENV)/developed ## compile the annotations of the corpora into gold Documents
	$(BIN)/python -m zhengxie_nlp.annotation.annotate --all corpora/speeches

golden: $(VENV)/developed ## write down anew what the library makes of some texts; look at the difference
	$(BIN)/python -m tests.golden.lines

confidences: $(VENV)/developed ## measure how often each rule is right, and check it on the test part
	$(BIN)/python -m zhengxie_nlp.evaluation.confidences --write corpora/speeches
	$(BIN)/python -m zhengxie_nlp.evaluation.confidences corpora/speeches

model: $(VENV)/developed ## train the shipped models and put them in place
	@test -n "$(JUDGED)" || { echo 'The shipped models learn from real texts that are not here: $(REAL). Give their folder: make model REAL=…' >&2; exit 1; }
	$(BIN)/zhengxie train corpora $(JUDGED) -o models/zhengxie

reproduce: $(VENV)/developed ## train the shipped models again: do the same weights come out?
	@if test -n "$(JUDGED)"; then $(BIN)/python -m zhengxie_nlp.training.reproduce models/zhengxie corpora $(JUDGED); \
	else echo 'Not reproduced: the real texts that the models learn from too are not here ($(REAL)).'; fi

folds: $(VENV)/developed ## accuracy on the real texts, each judged by a model that has not seen it
	@if test -n "$(JUDGED)"; then $(BIN)/python -m zhengxie_nlp.training.folds corpora --judge $(JUDGED) --folds $(NUMBER) --floors $(FLOORS)/real.json; \
	else echo 'Not measured on real texts: they are not here ($(REAL)).'; fi

credit: $(VENV)/developed ## what each rule is worth on gold, and what leaving it out changes (half an hour)
	$(BIN)/python -m zhengxie_nlp.evaluation.credit $(GOLD) $(JUDGED)
	$(BIN)/python -m zhengxie_nlp.evaluation.credit $(GOLD) $(JUDGED) --leave-out '*' --workers 2

mutate: $(VENV)/developed ## change single places of the code at random: do the tests notice? (half an hour)
	$(BIN)/python tools/mutate.py

fuzz: $(VENV)/developed ## attack the library with 5,000 inputs of many classes (some ten minutes)
	$(BIN)/python tools/fuzz.py

bench: $(VENV)/extras ## measure speed; the newest figures are kept in benchmarks/results
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'recognizers-text-suite==1.0.2a2' 'emoji<2' || echo 'One rival cannot be installed; its row will say so.' >&2
	$(BIN)/python benchmarks/speed.py --keep
	$(BIN)/python benchmarks/growth.py --up-to 1000000 --json benchmarks/results/growth.json
	$(BIN)/python benchmarks/page.py --json benchmarks/results/page.json || echo 'The page is not measured: no Chromium.' >&2
	$(BIN)/python benchmarks/engines.py --json benchmarks/results/engines.json

clean: ## remove the environment and what was made
	rm -rf $(VENV) $(OUTPUT) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
