FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app

COPY requirements.txt .
RUN pip install --require-hashes -r requirements.txt

COPY manage.py ./
COPY config config
COPY autoresponder autoresponder
COPY templates templates
COPY static static
RUN python -c "from autoresponder.messages import compile_all; compile_all()" \
    && useradd --system --home-dir /data --uid 10001 dapjigi \
    && install --directory --owner dapjigi --mode 700 /data

USER dapjigi
ENV DAPJIGI_DATA=/data DAPJIGI_HOST=0.0.0.0 PORT=8000
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s \
    CMD ["python", "-c", "import http.client as h; c = h.HTTPConnection('localhost', 8000, timeout=2); c.request('GET', '/healthz'); raise SystemExit(c.getresponse().status != 200)"]

# Alone, the image is the whole product on SQLite; compose.yaml runs its parts apart on PostgreSQL and Redis.
CMD ["python", "manage.py", "serve"]
