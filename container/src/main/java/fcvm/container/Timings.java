package fcvm.container;

import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// How long each phase of a run took. Phases follow each other: one begins where another ends.
///
/// Any thread may mark one.
public final class Timings {
  private static final double NANOS_PER_MILLI = 1e6;

  private final Map<String, Double> millis = new LinkedHashMap<>();
  private final long began;
  private final double before;
  private String phase;
  private long phaseBegan;

  /// Begins with the first phase.
  ///
  /// @param jvmStartMillis what the process's own start took before
  /// @param phase the first phase's name
  public Timings(double jvmStartMillis, String phase) {
    this.before = jvmStartMillis;
    this.began = System.nanoTime();
    this.phase = phase;
    this.phaseBegan = began;
    millis.put("jvm_start", jvmStartMillis);
  }

  /// Ends the present phase and begins the next. Marking the present one again does nothing.
  public synchronized void phase(String next) {
    if (next.equals(phase)) {
      return;
    }
    long now = System.nanoTime();
    millis.merge(phase, (now - phaseBegan) / NANOS_PER_MILLI, Double::sum);
    phase = next;
    phaseBegan = now;
  }

  /// Adds a time that was measured elsewhere.
  public synchronized void add(String name, double itsMillis) {
    millis.put(name, itsMillis);
  }

  /// All phases up to now and their total, in milliseconds.
  public synchronized Map<String, Double> millis() {
    Map<String, Double> all = new LinkedHashMap<>(millis);
    long now = System.nanoTime();
    all.merge(phase, (now - phaseBegan) / NANOS_PER_MILLI, Double::sum);
    all.put("total", before + (now - began) / NANOS_PER_MILLI);
    return all;
  }

  /// [#millis] as one JSON object.
  public String json() {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(ObjectWriteContext.empty(), text)) {
      json.writeStartObject();
      millis()
          .forEach(
              (name, time) -> json.writeNumberProperty(name, Math.round(time * 1000) / 1000.0));
      json.writeEndObject();
    }
    return text.append('\n').toString();
  }
}
