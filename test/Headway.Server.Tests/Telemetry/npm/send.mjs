// Sends one of everything with OpenTelemetry's JavaScript SDK: metrics as protobuf, traces as gRPC and as JSON, logs as
// JSON. Arguments: the addresses for HTTP and for gRPC. Resource attributes come from the environment.
import { SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter as GrpcTraces } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as JsonTraces } from '@opentelemetry/exporter-trace-otlp-http';
import { envDetector, detectResources } from '@opentelemetry/resources';
import { LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';

const [http, grpc] = process.argv.slice(2);
const resource = detectResources({ detectors: [envDetector] });

const meters = new MeterProvider({
  resource,
  readers: [new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter({ url: `${http}/v1/metrics` }), exportIntervalMillis: 60000,
  })],
});
const meter = meters.getMeter('npm');
meter.createCounter('orders', { unit: '{order}' }).add(3, { 'http.route': '/orders/{id}' });
meter.createHistogram('took', { unit: 'ms', advice: { explicitBucketBoundaries: [10, 100] } }).record(42);

const traces = new NodeTracerProvider({
  resource,
  spanProcessors: [
    new SimpleSpanProcessor(new GrpcTraces({ url: grpc })),
    // The same spans once more: what is there already is not counted again.
    new SimpleSpanProcessor(new JsonTraces({ url: `${http}/v1/traces` })),
  ],
});
const tracer = traces.getTracer('npm');
const parent = tracer.startSpan('checkout', { kind: 1, attributes: { 'http.route': '/checkout' } });
const child = tracer.startSpan('charge', { kind: 2, attributes: { 'server.address': 'bank.example' } },
  trace.setSpan(await import('@opentelemetry/api').then((api) => api.context.active()), parent));
child.setStatus({ code: SpanStatusCode.ERROR, message: 'declined' });
child.end();
parent.end();

const logs = new LoggerProvider({
  resource,
  processors: [new SimpleLogRecordProcessor({
    exporter: new OTLPLogExporter({ url: `${http}/v1/logs` }),
  })],
});
logs.getLogger('npm').emit({ severityNumber: 17, severityText: 'ERROR', body: 'order 4711 was declined' });

await Promise.all([meters.shutdown(), traces.shutdown(), logs.shutdown()]);
console.log('sent');
