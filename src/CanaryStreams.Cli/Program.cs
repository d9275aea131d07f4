Console.WriteLine("canarystreams");
