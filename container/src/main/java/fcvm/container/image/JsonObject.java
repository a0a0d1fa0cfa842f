package fcvm.container.image;

import fcvm.provision.ProvisionException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.jr.ob.JSON;

/// A JSON object that somebody else wrote: asked for a member, it has one of the kind or throws.
///
/// @param what it is, for messages
/// @param members by name
record JsonObject(String what, Map<?, ?> members) {
  private static final int LARGEST = 4 << 20;

  static JsonObject parse(String what, byte[] json) throws ProvisionException {
    if (json.length > LARGEST) {
      throw new ProvisionException(what + " has " + json.length + " bytes, more than any has");
    }
    try {
      return new JsonObject(what, JSON.std.mapFrom(new String(json, StandardCharsets.UTF_8)));
    } catch (JacksonException e) {
      throw new ProvisionException(what + " is no JSON object", e);
    }
  }

  /// A text, empty if there is none.
  String text(String name) throws ProvisionException {
    return switch (members.get(name)) {
      case null -> "";
      case String text -> text;
      default -> throw wrong(name);
    };
  }

  long number(String name) throws ProvisionException {
    return switch (members.get(name)) {
      case null -> 0;
      case Number number -> number.longValue();
      default -> throw wrong(name);
    };
  }

  Optional<JsonObject> object(String name) throws ProvisionException {
    return switch (members.get(name)) {
      case null -> Optional.empty();
      case Map<?, ?> map -> Optional.of(new JsonObject(what, map));
      default -> throw wrong(name);
    };
  }

  boolean has(String name) {
    return members.get(name) != null;
  }

  List<JsonObject> objects(String name) throws ProvisionException {
    List<JsonObject> objects = new ArrayList<>();
    for (Object item : list(name)) {
      if (!(item instanceof Map<?, ?> map)) {
        throw wrong(name);
      }
      objects.add(new JsonObject(what, map));
    }
    return objects;
  }

  List<String> texts(String name) throws ProvisionException {
    List<String> texts = new ArrayList<>();
    for (Object item : list(name)) {
      if (!(item instanceof String text)) {
        throw wrong(name);
      }
      texts.add(text);
    }
    return texts;
  }

  private List<?> list(String name) throws ProvisionException {
    return switch (members.get(name)) {
      case null -> List.of();
      case List<?> list -> list;
      default -> throw wrong(name);
    };
  }

  private ProvisionException wrong(String name) {
    return new ProvisionException(what + " has a strange \"" + name + "\"");
  }
}
