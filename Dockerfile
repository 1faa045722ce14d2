# syntax=docker/dockerfile:1
FROM python:3.13-slim AS build
WORKDIR /src
RUN python -m venv /opt/build && python -m venv /opt/spot-probe
COPY requirements.lock requirements-build.lock ./
RUN /opt/build/bin/pip install --no-cache-dir --require-hashes -r requirements-build.lock \
 && /opt/spot-probe/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY dashboards ./dashboards
COPY probe ./probe
# What builds is pinned by its hash as well, and stays out of what runs.
RUN /opt/build/bin/pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /dist . \
 && /opt/spot-probe/bin/pip install --no-cache-dir --no-deps --no-index /dist/*.whl

FROM python:3.13-slim
ENV PATH=/opt/spot-probe/bin:$PATH \
    SPOT_PROBE_STORAGE_PATH=/data \
    SPOT_PROBE_WEB_LISTEN_ADDRESS=0.0.0.0:7768
RUN useradd --system --uid 65532 --home-dir /data --shell /usr/sbin/nologin probe \
 && install -d -o probe -g probe /data
COPY --from=build /opt/spot-probe /opt/spot-probe
USER probe
VOLUME /data
EXPOSE 7768
HEALTHCHECK --interval=30s --timeout=5s --start-period=5s CMD ["python", "-m", "probe.web.healthy"]
ENTRYPOINT ["spot-probe"]
CMD ["run"]
