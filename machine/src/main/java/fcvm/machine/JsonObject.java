package fcvm.machine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.jr.ob.JSON;

/// A JSON file of ours, read with checks: people and older versions write files too.
///
/// @param path where it came from, for error messages
/// @param fields its fields, by name
record JsonObject(Path path, Map<?, ?> fields) {
  private static final JSON FORMAT = JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT);

  static JsonObject read(Path path) throws IOException {
    try {
      return new JsonObject(path, FORMAT.mapFrom(Files.readString(path)));
    } catch (RuntimeException e) {
      throw new MachineException(path + " is not a JSON object: remove it", e);
    }
  }

  /// Replaces the file in one step, readable by its owner only.
  static void write(Path path, Map<String, Object> fields) throws IOException {
    Path next = path.resolveSibling(path.getFileName() + ".new");
    Files.deleteIfExists(next);
    Files.createFile(
        next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(next, FORMAT.asString(fields) + "\n", StandardCharsets.UTF_8);
    Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  int number(String name) throws MachineException {
    return field(name, Number.class).intValue();
  }

  long longNumber(String name) throws MachineException {
    return field(name, Number.class).longValue();
  }

  boolean flag(String name) throws MachineException {
    return field(name, Boolean.class);
  }

  String text(String name) throws MachineException {
    return field(name, String.class);
  }

  JsonObject object(String name) throws MachineException {
    return new JsonObject(path, field(name, Map.class));
  }

  List<JsonObject> objects(String name) throws MachineException {
    List<JsonObject> objects = new ArrayList<>();
    for (Object element : field(name, List.class)) {
      if (!(element instanceof Map<?, ?> map)) {
        throw new MachineException(path + ": \"" + name + "\" is not a list of objects: remove it");
      }
      objects.add(new JsonObject(path, map));
    }
    return objects;
  }

  private <T> T field(String name, Class<T> type) throws MachineException {
    Object value = fields.get(name);
    if (!type.isInstance(value)) {
      throw new MachineException(path + " has no usable \"" + name + "\": remove it");
    }
    return type.cast(value);
  }
}
