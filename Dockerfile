# syntax=docker/dockerfile:1
FROM python:3.13-slim AS build
WORKDIR /src
RUN python -m venv /opt/spot-probe
COPY requirements.lock ./
RUN /opt/spot-probe/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY probe ./probe
RUN /opt/spot-probe/bin/pip install --no-cache-dir --no-deps .

FROM python:3.13-slim
RUN useradd --system --uid 65532 --home-dir /data --shell /usr/sbin/nologin probe \
 && install -d -o probe -g probe /data
COPY --from=build /opt/spot-probe /opt/spot-probe
USER probe
VOLUME /data
EXPOSE 7768
HEALTHCHECK --interval=30s --timeout=5s --start-period=5s \
  CMD ["/opt/spot-probe/bin/python", "-m", "probe.web.healthy"]
ENTRYPOINT ["/opt/spot-probe/bin/spot-probe"]
CMD ["run", "--storage.path=/data", "--web.listen-address=0.0.0.0:7768"]
