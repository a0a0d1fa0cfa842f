package fcvm.container.inception;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// What came out of a run of nested levels.
///
/// @param levels from the one that the process is in, to the innermost guest's
/// @param output what the innermost container printed
/// @param exitCode how it ended
public record InceptionReport(List<Level> levels, String output, int exitCode) {
  private static final JsonFactory JSON = new JsonFactory();

  public InceptionReport {
    levels = List.copyOf(levels);
  }

  /// Writes it as one JSON object.
  public void write(JsonGenerator json) {
    json.writeStartObject();
    json.writeNumberProperty("exitCode", exitCode);
    json.writeStringProperty("output", output);
    json.writeName("levels");
    json.writeStartArray();
    levels.forEach(level -> write(level, json));
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void write(Level level, JsonGenerator json) {
    json.writeStartObject();
    json.writeNumberProperty("level", level.number());
    json.writeStringProperty("kernel", level.kernel());
    json.writeStringProperty("bootId", level.bootId());
    json.writeNumberProperty("cpus", level.cpus());
    json.writeStringProperty("privilege", level.privilege());
    json.writeStringProperty("kvm", level.kvm());
    json.writeName("millis");
    json.writeStartObject();
    level.millis().forEach((phase, time) -> json.writeNumberProperty(phase, Math.round(time)));
    json.writeEndObject();
    json.writeEndObject();
  }

  /// Reads what [#write] wrote.
  ///
  /// @throws IOException if it is something else
  static InceptionReport parse(String text) throws IOException {
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), text)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("not a report of nested levels");
      }
      List<Level> levels = new ArrayList<>();
      String output = "";
      int exitCode = -1;
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = json.currentName();
        json.nextToken();
        switch (name) {
          case "exitCode" -> exitCode = json.getIntValue();
          case "output" -> output = json.getString();
          case "levels" -> {
            while (json.nextToken() == JsonToken.START_OBJECT) {
              levels.add(level(json));
            }
          }
          default -> json.skipChildren();
        }
      }
      if (levels.isEmpty()) {
        throw new IOException("a report of no levels");
      }
      return new InceptionReport(levels, output, exitCode);
    } catch (JacksonException e) {
      throw new IOException("not a report of nested levels: " + e.getOriginalMessage(), e);
    }
  }

  private static Level level(JsonParser json) {
    Map<String, String> texts = new LinkedHashMap<>();
    Map<String, Double> millis = new LinkedHashMap<>();
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = json.currentName();
      json.nextToken();
      if (name.equals("millis")) {
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
          String phase = json.currentName();
          json.nextToken();
          millis.put(phase, json.getDoubleValue());
        }
      } else {
        texts.put(name, json.getString());
      }
    }
    return new Level(
        number(texts, "level"),
        texts.getOrDefault("kernel", ""),
        texts.getOrDefault("bootId", ""),
        number(texts, "cpus"),
        texts.getOrDefault("privilege", ""),
        texts.getOrDefault("kvm", ""),
        millis);
  }

  private static int number(Map<String, String> texts, String name) {
    String text = texts.getOrDefault(name, "");
    return text.matches("\\d{1,9}") ? Integer.parseInt(text) : 0;
  }

  /// For people: one row per level, the first are the headings.
  public List<List<String>> table() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("LEVEL", "KERNEL", "CPUS", "STARTED", "BOOTED", "KVM"));
    for (Level level : levels) {
      Double boot = level.millis().get("kernel_boot");
      rows.add(
          List.of(
              Integer.toString(level.number()),
              level.kernel(),
              Integer.toString(level.cpus()),
              level.privilege(),
              boot == null ? "-" : "in %.1f s".formatted(boot / 1000),
              level.kvm().isEmpty() ? "-" : level.kvm()));
    }
    return rows;
  }
}
