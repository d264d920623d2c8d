# One image for every process (web, clock, worker, migrate); see compose.yaml.
FROM python:3.11-slim-bookworm

RUN useradd --system --home-dir /srv/upright upright \
    && install --directory --owner=upright /var/lib/upright
WORKDIR /srv/upright

COPY requirements-machines.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements-machines.lock

COPY pyproject.toml README.md LICENSE ./
COPY config ./config
COPY messages ./messages
COPY service ./service
RUN pip install --no-cache-dir --no-deps --no-build-isolation --no-index --editable .

USER upright
ENV DATA_DIR=/var/lib/upright HOST=0.0.0.0 PYTHONUNBUFFERED=1
EXPOSE 8000
CMD ["upright", "serve", "--migrate"]
