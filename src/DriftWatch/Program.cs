Console.WriteLine("driftwatch");
