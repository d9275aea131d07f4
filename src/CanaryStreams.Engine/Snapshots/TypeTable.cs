using System.Reflection;
using System.Text;

namespace CanaryStreams.Engine.Snapshots;

/// <summary>
/// Classes of a state by name, and what they look like: a program in which one looks otherwise can't read the state.
/// Only classes of this product and the collections that it knows can be named.
/// </summary>
internal static class TypeTable
{
    /// <summary>One name a line.</summary>
    public static string Write(IEnumerable<Type> types) => string.Join('\n', types.Select(NameOf));

    /// <exception cref="UnusableStateException">A class isn't there.</exception>
    public static IReadOnlyList<Type> Read(string names) =>
        names.Length == 0 ? [] : [.. names.Split('\n').Select(name => new Parser(name).Read())];

    /// <summary>Null where this product has no such class.</summary>
    public static Type? OwnType(string assembly, string name)
    {
        if (!assembly.StartsWith("CanaryStreams.", StringComparison.Ordinal))
            return null;
        var loaded = Array.Find(AppDomain.CurrentDomain.GetAssemblies(), a => a.GetName().Name == assembly);
        return loaded?.GetType(name);
    }

    /// <summary>Fields, and values of enums, of the types and of the structs and enums in them.</summary>
    public static string Layout(IEnumerable<Type> types)
    {
        var (text, seen) = (new StringBuilder(), new HashSet<Type>());
        foreach (var type in types)
            Describe(type, text, seen);
        return text.ToString();
    }

    private static void Describe(Type type, StringBuilder text, HashSet<Type> seen)
    {
        if (!seen.Add(type))
            return;
        text.Append(NameOf(type)).Append('\n');
        var parts = type.IsArray ? [type.GetElementType()!] : type.GetGenericArguments();
        if (type.IsEnum)
        {
            var names = Enum.GetNames(type).Select(name => $"{name}={Enum.Format(type, Enum.Parse(type, name), "d")}");
            text.Append(Enum.GetUnderlyingType(type)).Append(string.Join(',', names)).Append('\n');
        }
        else if (StateType.IsTransparent(type))
        {
            var fields = StateType.Fields(type);
            foreach (var field in fields)
                text.Append(field.Name).Append(':').Append(NameOf(field.FieldType)).Append('\n');
            text.AppendJoin(',', type.CustomAttributes.Where(IsInlineArray).SelectMany(a => a.ConstructorArguments));
            parts = [.. parts, .. fields.Select(field => field.FieldType)];
        }
        foreach (var part in parts.Where(part => part is { IsValueType: true, IsPrimitive: false }))
            Describe(part, text, seen);
    }

    private static bool IsInlineArray(CustomAttributeData attribute) =>
        attribute.AttributeType == typeof(System.Runtime.CompilerServices.InlineArrayAttribute);

    private static string NameOf(Type type)
    {
        if (type.IsArray)
            return $"[{NameOf(type.GetElementType()!)}]";
        if (!type.IsGenericType)
            return PlainName(type);
        return $"{PlainName(type.GetGenericTypeDefinition())}<{string.Concat(type.GetGenericArguments().Select(NameOf))}>";
    }

    /// <summary>Of the runtime without the assembly, which isn't promised; delimited by what no name has.</summary>
    private static string PlainName(Type type) =>
        (StateType.IsOwn(type) ? $"{type.Assembly.GetName().Name}|{type.FullName}" : $"|{type.FullName}") + ";";

    /// <summary>Reads what <see cref="NameOf"/> writes.</summary>
    private sealed class Parser(string text)
    {
        private int _at;

        public Type Read()
        {
            var type = Next();
            return _at == text.Length ? type : throw Unknown();
        }

        private Type Next()
        {
            if (Skip('['))
            {
                var element = Next();
                return Skip(']') ? element.MakeArrayType() : throw Unknown();
            }
            var end = text.IndexOf(';', _at);
            var bar = text.IndexOf('|', _at);
            if (end < 0 || bar < 0 || bar > end)
                throw Unknown();
            var (assembly, name) = (text[_at..bar], text[(bar + 1)..end]);
            _at = end + 1;
            var plain = (assembly.Length > 0 ? OwnType(assembly, name) : RuntimeType(name)) ?? throw Unknown();
            if (!plain.IsGenericTypeDefinition)
                return plain;
            if (!Skip('<'))
                throw Unknown();
            var arguments = new List<Type>();
            while (!Skip('>'))
                arguments.Add(Next());
            return arguments.Count == plain.GetGenericArguments().Length
                ? plain.MakeGenericType([.. arguments])
                : throw Unknown();
        }

        private bool Skip(char expected)
        {
            if (_at >= text.Length || text[_at] != expected)
                return false;
            _at++;
            return true;
        }

        /// <summary>Whose fields or content the serializer may touch is decided elsewhere, for every class.</summary>
        private static Type? RuntimeType(string name) =>
            typeof(object).Assembly.GetType(name)
            ?? CollectionKinds.All.Keys.FirstOrDefault(type => type.FullName == name)
            ?? StateType.Transparent.FirstOrDefault(type => type.FullName == name);

        private UnusableStateException Unknown() => new($"it holds a {text}, which this program doesn't know");
    }
}
