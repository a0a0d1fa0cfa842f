package fcvm.container.life;

import java.io.StringWriter;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// Something that happened to a VM.
///
/// @param what in Podman's words: create, start, died, restart, rename, remove, health_status
/// @param id the VM's id
/// @param name the VM's name, after it
/// @param image the VM's image
/// @param detail the exit code of a death, the health of a health status; else empty
public record VmEvent(String what, String id, String name, String image, String detail) {
  private static final JsonFactory JSON = new JsonFactory();

  /// As one JSON object.
  public String json() {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
      json.writeStartObject();
      json.writeStringProperty("event", what);
      json.writeStringProperty("id", id);
      json.writeStringProperty("name", name);
      json.writeStringProperty("image", image);
      if (!detail.isEmpty()) {
        json.writeStringProperty("detail", detail);
      }
      json.writeEndObject();
    }
    return text.toString();
  }

  /// Reads what [#json] wrote.
  ///
  /// @return empty for something else
  public static Optional<VmEvent> parse(String text) {
    Map<String, String> fields = new HashMap<>();
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), text)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = json.currentName();
        json.nextToken();
        fields.put(name, json.getString());
        json.skipChildren();
      }
    } catch (JacksonException e) {
      return Optional.empty();
    }
    if (!fields.containsKey("event") || !fields.containsKey("id")) {
      return Optional.empty();
    }
    return Optional.of(
        new VmEvent(
            fields.get("event"),
            fields.get("id"),
            fields.getOrDefault("name", ""),
            fields.getOrDefault("image", ""),
            fields.getOrDefault("detail", "")));
  }
}
