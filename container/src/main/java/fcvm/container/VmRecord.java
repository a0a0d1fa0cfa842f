package fcvm.container;

import fcvm.container.life.Life;
import fcvm.linux.ProcessIdentity;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
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

/// What other commands may know of a virtual machine: one JSON file of this each in the state
/// directory. It holds no environment and no arguments, because those carry secrets.
///
/// @param id twelve hexadecimal digits, drawn at random
/// @param name unique among those that live
/// @param image the image reference as it was given
/// @param process the monitor's process: the machine lives and dies with it
/// @param created when its run began
/// @param status how far it is
/// @param cpus virtual CPUs
/// @param memoryMib guest memory in MiB
/// @param vsock the host's socket of its vsock device
/// @param life what outlives its runs
public record VmRecord(
    String id,
    String name,
    String image,
    ProcessIdentity process,
    Instant created,
    Status status,
    int cpus,
    int memoryMib,
    Path vsock,
    Life life) {
  private static final JsonFactory JSON = new JsonFactory();

  /// How far a virtual machine is.
  public enum Status {
    /// Its container is not running yet.
    STARTING,
    /// Its container runs.
    RUNNING,
    /// Its container has ended, or it was told to stop.
    STOPPING,
    /// Its container has ended, and will be started again.
    RESTARTING,
    /// It is not a process any more, only what is left of one.
    EXITED;

    /// The status of this name.
    public static Optional<Status> of(String name) {
      for (Status status : values()) {
        if (status.toString().equals(name)) {
          return Optional.of(status);
        }
      }
      return Optional.empty();
    }

    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /// The same machine, further on.
  public VmRecord with(Status now) {
    return with(now, life);
  }

  /// The same machine, further on in its life.
  public VmRecord with(Status now, Life its) {
    return new VmRecord(id, name, image, process, created, now, cpus, memoryMib, vsock, its);
  }

  /// The same machine in another process.
  VmRecord in(ProcessIdentity monitor) {
    return new VmRecord(id, name, image, monitor, created, status, cpus, memoryMib, vsock, life);
  }

  /// The same machine by another name.
  VmRecord named(String now) {
    return new VmRecord(id, now, image, process, created, status, cpus, memoryMib, vsock, life);
  }

  /// Whether a process stands behind it.
  public boolean isLiving() {
    return status != Status.EXITED;
  }

  /// As JSON, one object with a line end.
  public String json() {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
      write(json, "");
    }
    return text.append('\n').toString();
  }

  /// Writes it as one JSON object.
  ///
  /// @param machine the emulated machine that it is in; empty to leave that out
  public void write(JsonGenerator json, String machine) {
    json.writeStartObject();
    json.writeStringProperty("id", id);
    json.writeStringProperty("name", name);
    json.writeStringProperty("image", image);
    json.writeNumberProperty("pid", process.pid());
    json.writeNumberProperty("pidStart", process.start());
    json.writeStringProperty("bootId", process.boot());
    json.writeStringProperty("created", created.toString());
    json.writeStringProperty("status", status.toString());
    json.writeNumberProperty("cpus", cpus);
    json.writeNumberProperty("memoryMib", memoryMib);
    json.writeStringProperty("vsock", vsock.toString());
    life.write(json);
    if (!machine.isEmpty()) {
      json.writeStringProperty("machine", machine);
    }
    json.writeEndObject();
  }

  /// Reads what [#json] wrote; fields that it does not know are left out.
  ///
  /// @throws IOException if it is not such an object
  public static VmRecord parse(String text) throws IOException {
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), text)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("not a JSON object");
      }
      return read(json);
    } catch (JacksonException e) {
      throw new IOException(e.getOriginalMessage(), e);
    }
  }

  /// Reads one object of a stream, whose START_OBJECT is the current token.
  public static VmRecord read(JsonParser json) throws IOException {
    Map<String, String> fields = new HashMap<>();
    Map<String, String> labels = new HashMap<>();
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String field = json.currentName();
      JsonToken value = json.nextToken();
      if (field.equals("labels") && value == JsonToken.START_OBJECT) {
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
          labels.put(json.currentName(), json.nextStringValue());
        }
      } else {
        fields.put(field, json.getString());
        json.skipChildren();
      }
    }
    try {
      return of(fields, Life.of(fields, labels));
    } catch (IllegalArgumentException | DateTimeParseException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static VmRecord of(Map<String, String> fields, Life life) throws IOException {
    return new VmRecord(
        field(fields, "id"),
        field(fields, "name"),
        field(fields, "image"),
        new ProcessIdentity(
            Integer.parseInt(field(fields, "pid")),
            Long.parseLong(field(fields, "pidStart")),
            field(fields, "bootId")),
        Instant.parse(field(fields, "created")),
        Status.valueOf(field(fields, "status").toUpperCase(java.util.Locale.ROOT)),
        Integer.parseInt(field(fields, "cpus")),
        Integer.parseInt(field(fields, "memoryMib")),
        Path.of(field(fields, "vsock")),
        life);
  }

  private static String field(Map<String, String> fields, String name) throws IOException {
    String value = fields.get(name);
    if (value == null) {
      throw new IOException("it has no field \"" + name + "\"");
    }
    return value;
  }
}
